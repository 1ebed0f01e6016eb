// The copies of a sampler and nothing else: bare_copies PID SECONDS RANGE... -- one process_vm_readv for each group of RANGEs, which are
// ADDRESS:LENGTH with "/" between groups. Prints how often it made all of them in a second of its own processor time.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#define MOST_RANGES 4096
#define MOST_GROUPS 64
#define ROUNDS 1000

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    static struct iovec remote[MOST_RANGES], local[MOST_RANGES];
    int first[MOST_GROUPS + 1] = {0}, groups = 1, ranges = 0;
    pid_t pid = (pid_t)atoi(argv[1]);
    double end = seconds(CLOCK_MONOTONIC) + atof(argv[2]);
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "/") == 0) {
            if (groups == MOST_GROUPS) return 2;
            first[groups++] = ranges;
            continue;
        }
        if (ranges == MOST_RANGES) return 2;
        char *length;
        remote[ranges].iov_base = (void *)strtoull(argv[i], &length, 10);
        remote[ranges].iov_len = local[ranges].iov_len = strtoull(length + 1, NULL, 10);
        local[ranges].iov_base = malloc(local[ranges].iov_len);
        ranges++;
    }
    first[groups] = ranges;
    double before = seconds(CLOCK_PROCESS_CPUTIME_ID), made = 0;
    while (seconds(CLOCK_MONOTONIC) < end) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int group = 0; group < groups; group++) {
                int at = first[group], count = first[group + 1] - at;
                if (process_vm_readv(pid, local + at, (unsigned long)count, remote + at, (unsigned long)count, 0) < 0) {
                    perror("process_vm_readv");
                    return 1;
                }
            }
        }
        made += ROUNDS;
    }
    printf("%f\n", made / (seconds(CLOCK_PROCESS_CPUTIME_ID) - before));
    return 0;
}
