/*
 * Sends the lines of a file as datagrams to 127.0.0.1, from the first again after the last.
 *
 *     paced-sender PORT RATE COUNT FILE        RATE a second; 0 is as fast as it goes
 *
 * At any moment what was sent is what is due by the clock: there is no first second to make up for, and after
 * the scheduler kept it waiting it sends at most BATCH datagrams at once before it looks at the clock again.
 * Prints the seconds that it took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(2);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  const double rate = atof(argv[2]);
  const long count = atol(argv[3]);

  const int file = open(argv[4], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) < 0) fail(argv[4]);
  const char *const text = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (text == MAP_FAILED) fail("mmap");
  const char *const end = text + status.st_size;

  const int sock = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof to) < 0) fail("socket");

  struct mmsghdr batch[BATCH];
  struct iovec lines[BATCH];
  memset(batch, 0, sizeof batch);
  for (int i = 0; i < BATCH; i++) {
    batch[i].msg_hdr.msg_iov = &lines[i];
    batch[i].msg_hdr.msg_iovlen = 1;
  }

  const char *at = text;
  const double start = now();
  long sent = 0;
  while (sent < count) {
    long due = rate > 0 ? (long)((now() - start) * rate) : count;
    if (due > count) due = count;
    if (due <= sent) {
      const struct timespec pause = {0, 100000};
      nanosleep(&pause, NULL);
      continue;
    }
    const int size = due - sent < BATCH ? (int)(due - sent) : BATCH;
    for (int i = 0; i < size; i++) {
      if (at >= end) at = text;
      const char *const feed = memchr(at, '\n', end - at);
      const char *const stop = feed ? feed : end;
      lines[i].iov_base = (void *)at;
      lines[i].iov_len = stop - at;
      at = stop + 1;
    }
    for (int done = 0; done < size;) {
      const int accepted = sendmmsg(sock, batch + done, size - done, 0);
      if (accepted < 0) fail("sendmmsg");
      done += accepted;
    }
    sent += size;
  }
  printf("%.6f\n", now() - start);
  return 0;
}
