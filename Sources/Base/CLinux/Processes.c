#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

/* In the child, which shares its parent's memory until it executes (vfork(2)): nothing but system calls. */
static void become(
    const char *path, char *const arguments[], char *const environment[], const int descriptors[3], int dies_with_parent,
    const sigset_t *mask, pid_t parent) {
    setpgid(0, 0);
    /* Every handler would run in the parent's memory: signals stay blocked until each does what it does by default. */
    struct sigaction ordinary = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) {
        struct sigaction now;
        int resets = number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGPIPE;
        if (sigaction(number, NULL, &now) == 0 && (resets || now.sa_handler != SIG_IGN)) sigaction(number, &ordinary, NULL);
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
    for (int target = 0; target < 3; target++) {
        /* dup2(2) of a descriptor to itself leaves it closed on exec. */
        if (descriptors[target] == target ? 0 : dup2(descriptors[target], target) < 0) return;
    }
    if (dies_with_parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return;
        /* It may have ended before the call. */
        if (getppid() != parent) _exit(127);
    }
    execve(path, arguments, environment);
}

int linux_spawn(
    const char *path, char *const arguments[], char *const environment[], const int descriptors[3], int dies_with_parent,
    int holds_signals) {
    sigset_t all, before, mask;
    sigfillset(&all);
    sigemptyset(&mask);
    if (holds_signals)
        for (unsigned index = 0; index < sizeof ending_signals / sizeof *ending_signals; index++)
            sigaddset(&mask, ending_signals[index]);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    volatile int code = 0;
    pid_t child = vfork();
    if (child == 0) {
        become(path, arguments, environment, descriptors, dies_with_parent, &mask, parent);
        code = errno;
        _exit(127);
    }
    if (child < 0) code = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (child > 0 && code != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        child = -1;
    }
    errno = code;
    return child;
}

static volatile sig_atomic_t wrapped, passed;

static void pass_on(int number) {
    int code = errno;
    if (passed++ == 0) kill(-wrapped, number);
    else kill(wrapped, SIGKILL);
    errno = code;
}

int linux_wait_passing_signals_on(int child, int *signals) {
    wrapped = child;
    passed = 0;
    struct sigaction passing = {.sa_handler = pass_on};
    for (unsigned index = 0; index < sizeof ending_signals / sizeof *ending_signals; index++)
        sigaction(ending_signals[index], &passing, NULL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    *signals = passed;
    return status;
}

void linux_host(char *name, char *release, unsigned long length) {
    struct utsname system;
    uname(&system);
    snprintf(name, length, "%s", system.nodename);
    snprintf(release, length, "%s", system.release);
}
