/* The floor that the benchmarks measure against: the least that a program on libevent can do for the same bytes.
 *
 *   floor serve PORT EXCHANGE            answers EXCHANGE on each connection, then echoes what comes
 *   floor hold PORT COUNT RATE PROTOCOL FIRST
 *                                        COUNT idle clients; PROTOCOL is mosquitto, memcached, redis, tcp or an EXCHANGE
 *
 * EXCHANGE is `sent:answered,sent:answered,...` in bytes: the round trips of one logon. Client N, from FIRST on, comes
 * from 127.18.0.0 plus N. `hold` prints a line of JSON once all its clients are through, and pings every 30 s where the protocol has a
 * ping for that (MQTT 3.1.1, 3.12). `serve` prints how many connections are open, and when, each time a SIGUSR1 comes
 * and each time they get fewer after 100 ms with none going. Both end on SIGTERM. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MOST_STEPS = 32, KEEPALIVE = 30 };
struct step { int sent, answered; };
struct peer { struct event readable, timer; int step, got, number; };

static struct event_base *base;
static struct step steps[MOST_STEPS];
static int step_count;
static const char *protocol = "";
static char buffer[65536], zeros[65536];
static const struct timeval *keepalive;
static double last_close;
static struct event quiet;
static int open_count, count, first, started, ready;
static double rate, begun;
static struct sockaddr_in target = {.sin_family = AF_INET};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) { perror(what); exit(1); }
static void end(int fd, short what, void *context) { event_base_loopbreak(base); }

static void parse(const char *text) {
  for (int used; step_count < MOST_STEPS && sscanf(text, "%d:%d%n", &steps[step_count].sent, &steps[step_count].answered, &used) == 2;) {
    step_count++;
    text += used;
    if (*text++ != ',') break;
  }
}

static void tune(int fd) { setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); }

/* --- The server. */

static void tell(int fd, short what, void *context) {
  printf("{\"open\": %d, \"t\": %.6f}\n", open_count, context ? last_close : now());
  fflush(stdout);
}

static void serve_bytes(int fd, short what, void *context) {
  struct peer *peer = context;
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    event_del(&peer->readable);
    close(fd);
    free(peer);
    open_count--;
    last_close = now();
    event_add(&quiet, &(struct timeval){0, 100000});
    return;
  }
  if (peer->step == step_count) { send(fd, buffer, n, MSG_NOSIGNAL); return; }
  peer->got += n;
  while (peer->step < step_count && peer->got >= steps[peer->step].sent) {
    struct step step = steps[peer->step++];
    peer->got -= step.sent;
    if (step.answered && send(fd, zeros, step.answered, MSG_NOSIGNAL) != step.answered) fail("floor: send");
  }
}

static void serve_accept(int listener, short what, void *context) {
  for (int i = 0; i < 64; i++) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    tune(fd);
    struct peer *peer = calloc(1, offsetof(struct peer, number));
    event_assign(&peer->readable, base, fd, EV_READ | EV_PERSIST, serve_bytes, peer);
    event_add(&peer->readable, NULL);
    open_count++;
  }
}

static void serve(void) {
  static struct event accepting, asked;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(fd, (struct sockaddr *)&target, sizeof target) || listen(fd, SOMAXCONN)) fail("floor: listen");
  event_assign(&accepting, base, fd, EV_READ | EV_PERSIST, serve_accept, NULL);
  event_add(&accepting, NULL);
  evsignal_assign(&asked, base, SIGUSR1, tell, NULL);
  event_add(&asked, NULL);
  evtimer_assign(&quiet, base, tell, &quiet);
}

/* --- The clients. */

static const char *hello(struct peer *peer, int *size, int *answer) {
  static char connect[64];
  if (!strcmp(protocol, "redis")) { *size = 6, *answer = 7; return "PING\r\n"; }
  if (!strcmp(protocol, "memcached")) { *size = 4, *answer = 4; return "mn\r\n"; }
  *size = sprintf(connect + 14, "WS%05d", peer->number) + 14, *answer = 4;
  memcpy(connect, "\x10\x13\0\4MQTT\4\2\0\x1e\0\7", 14); /* clean session, keepalive 30 s, a name of 7 */
  return connect;
}

static void ask(struct peer *peer, int fd) {
  int size, answer;
  if (!*protocol) {
    if (send(fd, zeros, steps[peer->step].sent, MSG_NOSIGNAL) != steps[peer->step].sent) fail("floor: send");
    return;
  }
  const char *bytes = hello(peer, &size, &answer);
  if (send(fd, bytes, size, MSG_NOSIGNAL) != size) fail("floor: send");
}

static void ping(int fd, short what, void *context) {
  struct peer *peer = context;
  send(event_get_fd(&peer->readable), "\xc0\0", 2, MSG_NOSIGNAL);
  event_add(&peer->timer, keepalive);
}

static void through(struct peer *peer) {
  if (!strcmp(protocol, "mosquitto")) {
    evtimer_assign(&peer->timer, base, ping, peer);
    event_add(&peer->timer, keepalive);
  }
  if (++ready < count) return;
  printf("{\"clients\": %d, \"seconds\": %.6f}\n", count, now() - begun);
  fflush(stdout);
}

static void hold_bytes(int fd, short what, void *context) {
  struct peer *peer = context;
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) fail("floor: connection lost");
  int last = *protocol ? 1 : step_count, size, answer;
  if (peer->step == last) return;
  if (*protocol) hello(peer, &size, &answer); else answer = steps[peer->step].answered;
  peer->got += n;
  while (peer->step < last && peer->got >= answer) {
    peer->got -= answer;
    if (++peer->step == last) return through(peer);
    ask(peer, fd);
    answer = steps[peer->step].answered;
  }
}

static void connected(int fd, short what, void *context) {
  struct peer *peer = context;
  int error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
  if (error) { errno = error; fail("floor: connect"); }
  event_assign(&peer->readable, base, fd, EV_READ | EV_PERSIST, hold_bytes, peer);
  event_add(&peer->readable, NULL);
  if (*protocol || step_count) ask(peer, fd); else through(peer);
}

static void start_some(int none, short what, void *context) {
  int due = (now() - begun) * rate + 1;
  for (; started < count && started < due; started++) {
    struct peer *peer = calloc(1, sizeof *peer);
    struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f120000 + first + started)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("floor: socket");
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
    tune(fd);
    peer->number = first + started;
    if (bind(fd, (struct sockaddr *)&source, sizeof source)) fail("floor: bind");
    if (connect(fd, (struct sockaddr *)&target, sizeof target) && errno != EINPROGRESS) fail("floor: connect");
    event_assign(&peer->readable, base, fd, EV_WRITE, connected, peer);
    event_add(&peer->readable, NULL);
  }
  if (started == count) event_del(context);
}

static void hold(void) {
  static struct event ramp;
  begun = now();
  keepalive = event_base_init_common_timeout(base, &(struct timeval){KEEPALIVE, 0});
  event_assign(&ramp, base, -1, EV_PERSIST, start_some, &ramp);
  event_add(&ramp, &(struct timeval){0, 10000});
}

int main(int argc, char **argv) {
  struct event ending;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  base = event_base_new();
  if (argc < 4) return 64;
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  target.sin_port = htons(atoi(argv[2]));
  evsignal_assign(&ending, base, SIGTERM, end, NULL);
  event_add(&ending, NULL);
  if (!strcmp(argv[1], "serve")) {
    parse(argv[3]);
    serve();
  } else if (argc == 7) {
    count = atoi(argv[3]);
    rate = atof(argv[4]);
    first = atoi(argv[6]);
    parse(argv[5]);
    if (!step_count) protocol = argv[5];
    if (!strcmp(protocol, "tcp")) protocol = "";
    hold();
  } else return 64;
  event_base_dispatch(base);
  return 0;
}
