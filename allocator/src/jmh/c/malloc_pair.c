/* Times malloc(256) + free: prints nanoseconds per pair. Usage: malloc_pair PAIRS */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void *volatile sink; /* keeps the compiler from dropping the pair */

static double ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
  long pairs = argc > 1 ? atol(argv[1]) : 1000000;
  double start = 0;
  for (long i = -pairs / 4; i < pairs; i++) {
    if (i == 0) start = ns();
    sink = malloc(256);
    free(sink);
  }
  printf("%f\n", (ns() - start) / pairs);
  return 0;
}
