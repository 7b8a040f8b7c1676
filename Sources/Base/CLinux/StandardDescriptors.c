#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A program may be started with its standard descriptors closed. The first sockets that it opened would then get their
   numbers, and what it prints or logs would be sent to a client or into its own event loop. So before anything else runs
   each that is closed becomes /dev/null. Standard output is opened for reading only: writing to it fails as it did, and
   results that nobody gets are not taken for written. */
__attribute__((constructor)) static void occupy_standard_descriptors(void) {
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    /* In this order each open gets the lowest number that is free, which is the one looked at. */
    for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) open("/dev/null", modes[descriptor]);
}
