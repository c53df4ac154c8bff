/*
 * The search for jumps by two-point differences; the numpy form is in search.py, that of the counts
 * in flagging.py.
 *
 * A run of pixels is searched at once: its differences, their order and what is farthest from the
 * median. Only where that is a jump are the samples of the pixel looked at.
 */
#include <math.h>
#include <stddef.h>

#include "kernels.h"

#define DO_NOT_USE 1
#define UNUSABLE 3 /* DO_NOT_USE or SATURATED */
#define JUMP 4
#define RUN 64

typedef struct {
    const float *data;
    uint8_t *flags, *near;
    int64_t nints, ngroups, nrows, ncolumns, data_plane, data_row, flags_plane, flags_row;
    /* in sigmas: jumps by the number of differences, and those that neighbors are flagged with */
    double normal, three, two, least, most;
} block;

/* Pixels of a row: value k of pixel x is at k * RUN + x. */
typedef struct {
    int64_t row, column, pixels, size;
    float *values;        /* differences in electrons, NaN for none */
    float *ordered;       /* ascending, infinite for none */
    int32_t count[RUN];   /* of differences that are not NaN */
    double variance[RUN]; /* of the reads of a difference, in electrons squared */
    uint8_t flagged[RUN]; /* what any sample is flagged with, the first of integrations apart */
} run;

PART void subtract(run *here, const block *all, const float *gain)
{
    const float *data = all->data + here->row * all->data_row + here->column;
    const uint8_t *flags = all->flags + here->row * all->flags_row + here->column;
    float electrons[2][RUN], *value = here->values;

    for (int64_t x = 0; x < here->pixels; x++)
        here->count[x] = here->flagged[x] = 0;
    for (int64_t plane = 0; plane < all->nints * all->ngroups; plane++) {
        float *now = electrons[plane & 1], *before = electrons[~plane & 1];
        for (int64_t x = 0; x < here->pixels; x++) {
            const float some = data[x] * gain[x];
            now[x] = flags[x] & UNUSABLE ? NAN : some;
        }
        if (plane % all->ngroups) {
            for (int64_t x = 0; x < here->pixels; x++) {
                value[x] = now[x] - before[x];
                here->count[x] += value[x] == value[x];
                here->flagged[x] |= flags[x];
            }
            value += RUN;
        }
        data += all->data_plane;
        flags += all->flags_plane;
    }
}

/* Put the differences of all pixels or of some in order, or their sizes, which have no sign; those
 * that none of them has are left out. */
PART void sort(run *here, const int64_t *some, int64_t pixels, int sizes)
{
    int64_t size = 0, top = 1;
    for (int64_t k = 0; k < here->size; k++) {
        const float *values = here->values + k * RUN;
        float *ordered = here->ordered + size * RUN;
        int any = 0;
        for (int64_t x = 0; x < pixels; x++) {
            const float value = values[some ? some[x] : x], one = sizes ? fabsf(value) : value;
            ordered[x] = one == one ? one : INFINITY;
            any |= one == one;
        }
        size += any;
    }
    /* Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2 M) */
    while (top * 2 < size)
        top *= 2;
    for (int64_t step = size > 1 ? top : 0; step; step /= 2)
        for (int64_t q = top, r = 0, apart = step; apart; apart = q - step, q /= 2, r = step)
            for (int64_t i = 0; i < size - apart; i++) {
                float *restrict low = here->ordered + i * RUN, *restrict high = low + apart * RUN;
                if ((i & step) != r)
                    continue;
                for (int64_t x = 0; x < pixels; x++) {
                    const float a = low[x], b = high[x];
                    low[x] = a < b ? a : b;
                    high[x] = a > b ? a : b;
                }
            }
}

/* Half the sum of the two in the middle; of sizes without the largest of four, and of two. */
PART double median_of(const float *ordered, int64_t count, int sizes)
{
    int64_t used = count;
    if (sizes && count == 2)
        used = 1;
    while (sizes && count > 3 && used && ordered[(used - 1) * RUN] == ordered[(count - 1) * RUN])
        used--;
    if (used < 1 || (sizes && count < 2))
        return NAN;
    return ((double)ordered[(used - 1) / 2 * RUN] + ordered[used / 2 * RUN]) / 2;
}

/* The noise of a difference; NaN in place of 0, which nothing exceeds. */
PART double sigma_of(double median, double variance)
{
    const double sigma = sqrt(fabs(median) + variance);
    return sigma == 0 ? NAN : sigma;
}

/* How many sigmas from the median; sizes are away from it in single precision. */
PART double distance(float value, double median, double sigma, int sizes)
{
    const double away = fabs(value - median);
    return (sizes ? (float)away : away) / sigma;
}

PART double limit_of(const block *all, int64_t count, int sizes)
{
    return !sizes || count > 3 ? all->normal : count == 3 ? all->three : all->two;
}

/* Flag the jumps of a pixel: the farthest of its differences in order, one after the other. */
PART void flag(run *here, int64_t x, const block *all, int sizes)
{
    const float *ordered = here->ordered + x, *value = here->values + x;
    uint8_t *flags = all->flags + here->row * all->flags_row + here->column + x;
    int64_t low = 0, high = here->count[x];
    double median = median_of(ordered, high, sizes), sigma = sigma_of(median, here->variance[x]);

    while (low < high) {
        const double below = distance(ordered[low * RUN], median, sigma, sizes);
        const double above = distance(ordered[(high - 1) * RUN], median, sigma, sizes);
        const double farthest = below > above ? below : above;
        if (!(farthest > limit_of(all, high - low, sizes)))
            break;
        while (low < high && distance(ordered[low * RUN], median, sigma, sizes) == farthest)
            low++;
        while (low < high && distance(ordered[(high - 1) * RUN], median, sigma, sizes) == farthest)
            high--;
        if (sizes) {
            /* later medians are kept in a float32 image */
            median = (float)median_of(ordered + low * RUN, high - low, sizes);
            sigma = sigma_of(median, here->variance[x]);
        }
    }
    const float lowest = low < high ? ordered[low * RUN] : INFINITY;
    const float highest = low < high ? ordered[(high - 1) * RUN] : -INFINITY;
    for (int64_t i = 0; i < all->nints; i++)
        for (int64_t g = 1; g < all->ngroups; g++, value += RUN) {
            const float one = sizes ? fabsf(*value) : *value;
            if ((one < lowest || one > highest) && (sizes || isfinite(one))) {
                flags[(i * all->ngroups + g) * all->flags_plane] |= JUMP;
                here->flagged[x] |= JUMP;
            }
        }
}

/* Flag in `near` the usable neighbors of a pixel's jumps of some size. */
PART void flag_neighbors(const run *here, int64_t x, const float *ordered, const block *all)
{
    const double median = median_of(ordered, here->count[x], 0);
    const double sigma = sigma_of(median, here->variance[x]);
    const int64_t column = here->column + x;
    const float *value = here->values + x;

    for (int64_t i = 0; i < all->nints; i++)
        for (int64_t g = 1; g < all->ngroups; g++, value += RUN) {
            const int64_t plane = i * all->ngroups + g;
            const uint8_t *flags = all->flags + plane * all->flags_plane;
            const double ratio = distance(*value, median, sigma, 0);
            if (!(flags[here->row * all->flags_row + column] & JUMP)
                || !(ratio > all->least && ratio < all->most))
                continue;
            for (int side = 0; side < 4; side++) {
                const int64_t r = here->row + (side == 0) - (side == 1);
                const int64_t c = column + (side == 2) - (side == 3);
                if (r >= 0 && r < all->nrows && c >= 0 && c < all->ncolumns
                    && !(flags[r * all->flags_row + c] & UNUSABLE))
                    all->near[(plane * all->nrows + r) * all->ncolumns + c] = JUMP;
            }
        }
}

/* Search a run whose differences are known: once, or repeatedly by their sizes, without sign. */
PART void search(run *here, const block *all, int sizes)
{
    double median[RUN];
    float highest[RUN];
    uint8_t jumped[RUN];
    int64_t flagged[RUN], found = 0;

    sort(here, NULL, here->pixels, sizes);
    for (int64_t x = 0; x < here->pixels; x++) {
        const float *ordered = here->ordered + x;
        const int64_t count = here->count[x], last = count ? count - 1 : 0;
        const int64_t used = sizes ? count - (count > 3) - (count == 2) : count;
        highest[x] = ordered[last * RUN];
        median[x] = ((double)ordered[(used - 1) / 2 * RUN] + ordered[used / 2 * RUN]) / 2;
        if (sizes && count > 3 && ordered[(last - 1) * RUN] == highest[x])
            median[x] = median_of(ordered, count, sizes);
    }
    for (int64_t x = 0; x < here->pixels; x++) {
        const double below = fabs(here->ordered[x] - median[x]);
        const double above = fabs(highest[x] - median[x]);
        const double away = below > above ? below : above;
        const double variance = fabs(median[x]) + here->variance[x];
        const double limit = limit_of(all, here->count[x], sizes);
        /* squares, without a root: by rounding, what is a little less may be a jump */
        jumped[x] = away * away > limit * limit * variance * (1 - 1e-6);
    }
    for (int64_t x = 0; x < here->pixels; x++) {
        if (jumped[x])
            flag(here, x, all, sizes);
        if (here->flagged[x] & JUMP)
            flagged[found++] = x;
    }
    if (sizes && found)
        sort(here, flagged, found, 0);
    for (int64_t n = 0; n < found; n++)
        flag_neighbors(here, flagged[n], here->ordered + (sizes ? n : flagged[n]), all);
}

/*
 * Set JUMP_DET in samples that are a jump above the one before, and in `near` for their neighbors.
 *
 * Samples and flags are (integrations, groups, rows, columns), `gain` and `readnoise` (rows,
 * columns); strides count values, of planes and of rows. `scratch` has room for the differences of
 * two runs, and 16 values more.
 */
KERNEL void jump_search(
    const float *data, uint8_t *flags, uint8_t *near, const float *gain, const float *readnoise,
    float *scratch, int64_t nints, int64_t ngroups, int64_t nrows, int64_t ncolumns,
    int64_t data_plane, int64_t data_row, int64_t flags_plane, int64_t flags_row,
    int64_t repeatedly, double nframes,
    double normal, double three, double two, double least, double most)
{
    const block all = {data, flags, near, nints, ngroups, nrows, ncolumns, data_plane, data_row,
                       flags_plane, flags_row, normal, three, two, least, most};
    run here = {.size = nints * (ngroups - 1)};

    /* vectors lie within the lines of the cache */
    here.values = (float *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63);
    here.ordered = here.values + here.size * RUN;
    for (here.row = 0; here.row < nrows; here.row++)
        for (here.column = 0; here.column < ncolumns; here.column += RUN) {
            const int64_t pixel = here.row * ncolumns + here.column;
            here.pixels = ncolumns - here.column < RUN ? ncolumns - here.column : RUN;
            for (int64_t x = 0; x < here.pixels; x++) {
                const float noise = readnoise[pixel + x] * gain[pixel + x];
                here.variance[x] = (double)(noise * noise) / nframes;
            }
            subtract(&here, &all, gain + pixel);
            if (repeatedly)
                search(&here, &all, 1);
            else
                search(&here, &all, 0);
        }
}

/*
 * Take JUMP_DET away from samples that cannot be used, in place; add the samples of the core that
 * have it to those of each group of an integration in `jumps`, and those without DO_NOT_USE to
 * those of each plane in `used`.
 */
KERNEL void jump_count(
    uint8_t *flags, int64_t nints, int64_t ngroups, int64_t nrows, int64_t ncolumns,
    int64_t flags_plane, int64_t flags_row,
    int64_t top, int64_t bottom, int64_t left, int64_t right, int64_t *jumps, int64_t *used)
{
    for (int64_t plane = 0; plane < nints * ngroups; plane++)
        for (int64_t row = 0; row < nrows; row++) {
            uint8_t *here = flags + plane * flags_plane + row * flags_row;
            for (int64_t x = 0; x < ncolumns; x++)
                here[x] &= here[x] & UNUSABLE ? ~JUMP : ~0;
            const int64_t end = row >= top && row < bottom ? right : left;
            for (int64_t start = left; start < end; start += RUN) {
                const int64_t stop = end - start < RUN ? end : start + RUN;
                uint8_t jump = 0, use = 0; /* at most RUN */
                for (int64_t x = start; x < stop; x++) {
                    jump += (here[x] & JUMP) != 0;
                    use += !(here[x] & DO_NOT_USE);
                }
                jumps[plane % ngroups] += jump;
                used[plane] += use;
            }
        }
}
