/* What the compiled kernels share. Each gives the same bits as the numpy form beside it. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

/* Exported; and built twice where the loader can choose: AVX2 alone, without FMA, changes no bit. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define KERNEL __attribute__((visibility("default"), target_clones("avx2", "default")))
#else
#define KERNEL __attribute__((visibility("default")))
#endif

/* What a kernel is made of; built with it, for the same processors. */
#define PART static inline __attribute__((always_inline))

#endif
