/* Flags of saturated samples; the numpy form is in thresholds.py. */
#include <string.h>

#include "kernels.h"

#define DO_NOT_USE 1
#define SATURATED 2
#define AD_FLOOR 64
/* samples at a time: so many that a byte counts them */
#define RUN 64

/* Return how many values have a bit. */
PART int64_t count(const uint8_t *values, int64_t n, uint8_t bit)
{
    int64_t total = 0;

    for (int64_t x = 0; x < n; x += RUN) {
        const int here = (int)(n - x < RUN ? n - x : RUN);
        uint8_t found = 0;
        for (int i = 0; i < here; i++)
            found = (uint8_t)(found + ((values[x + i] & bit) != 0));
        total += found;
    }
    return total;
}

/*
 * Add a flag to the samples of a mask (rows, columns) and to `layers` more on each side.
 *
 * `some` says which rows of the mask have any; `wide` is as large as the mask.
 */
PART void add_grown(
    uint8_t *restrict flags, int64_t flags_row, const uint8_t *restrict mask,
    const uint8_t *restrict some, uint8_t *restrict wide, int64_t rows, int64_t columns,
    int64_t layers, uint8_t flag)
{
    for (int64_t y = 0; y < rows; y++) {
        if (!some[y])
            continue;
        const uint8_t *restrict m = mask + y * columns;
        uint8_t *restrict w = wide + y * columns;
        memcpy(w, m, (size_t)columns);
        for (int64_t shift = 1; shift <= layers && shift < columns; shift++) {
            for (int64_t x = shift; x < columns; x++)
                w[x] |= m[x - shift];
            for (int64_t x = shift; x < columns; x++)
                w[x - shift] |= m[x];
        }
        const int64_t first = y > layers ? y - layers : 0;
        const int64_t stop = rows - y > layers ? y + layers + 1 : rows;
        for (int64_t each = first; each < stop; each++) {
            uint8_t *restrict f = flags + each * flags_row;
            for (int64_t x = 0; x < columns; x++)
                f[x] |= w[x] ? flag : 0;
        }
    }
}

/*
 * Mark the samples of a row that are saturated, now or before; add the flags of those at the
 * floor. Return whether there are any.
 */
PART int mark_saturated(
    uint8_t *restrict mask, uint8_t *restrict past, uint8_t *restrict flags,
    const float *restrict data, const float *restrict thresholds, int64_t columns)
{
    uint8_t any = 0;

    for (int64_t x = 0; x < columns; x++) {
        const uint8_t low = data[x] <= 0 ? AD_FLOOR | DO_NOT_USE : 0;
        const uint8_t high = data[x] >= thresholds[x];
        past[x] |= high;
        /* what comes flagged grows, but does not last */
        mask[x] = past[x] | (flags[x] & SATURATED);
        flags[x] |= low;
        any |= mask[x];
    }
    return any != 0;
}

/*
 * Mark the samples of a row, usable in groups before saturated ones, that are at the threshold
 * times a factor. Return whether there are any.
 */
PART int mark_averaged(
    uint8_t *restrict mask, const uint8_t *restrict flags, const uint8_t *restrict next,
    const float *restrict data, const float *restrict thresholds,
    const uint8_t *restrict unchecked, double factor, int64_t columns)
{
    uint8_t any = 0;

    for (int64_t x = 0; x < columns; x += RUN) {
        const int64_t stop = columns - x < RUN ? columns : x + RUN;
        uint8_t asked = 0;
        for (int64_t i = x; i < stop; i++) {
            const uint8_t usable = (flags[i] & (SATURATED | DO_NOT_USE)) == 0;
            mask[i] = usable & (next[i] & SATURATED ? 1 : 0);
            asked |= mask[i];
        }
        /* most ramps do not saturate here */
        if (!asked)
            continue;
        for (int64_t i = x; i < stop; i++) {
            const double limit = thresholds[i] * (unchecked[i] ? 1 : factor);
            mask[i] &= data[i] >= limit;
            any |= mask[i];
        }
    }
    return any != 0;
}

/*
 * Flag the samples of an integration, in place.
 *
 * Arrays are (groups, rows, columns) or (rows, columns); strides count values, of planes and of
 * rows. Scratch has 3 rows * columns + rows bytes. Counts, of rows `top` to `bottom` and columns
 * `left` to `right`: SATURATED samples of each group, then those at the floor.
 */
KERNEL void saturation_flag(
    const float *data, uint8_t *flags, const float *thresholds, const uint8_t *unchecked,
    const double *factors, uint8_t *scratch, int64_t *counts,
    int64_t groups, int64_t rows, int64_t columns, int64_t layers,
    int64_t data_plane, int64_t data_row, int64_t flags_plane, int64_t flags_row,
    int64_t top, int64_t bottom, int64_t left, int64_t right)
{
    uint8_t *past = scratch, *mask = past + rows * columns, *wide = mask + rows * columns;
    uint8_t *some = wide + rows * columns;

    memset(past, 0, (size_t)(rows * columns));
    counts[groups] = 0;
    for (int64_t g = 0; g < groups; g++) {
        const float *d = data + g * data_plane;
        uint8_t *f = flags + g * flags_plane;
        for (int64_t y = 0; y < rows; y++)
            some[y] = (uint8_t)mark_saturated(
                mask + y * columns, past + y * columns, f + y * flags_row, d + y * data_row,
                thresholds + y * columns, columns);
        add_grown(f, flags_row, mask, some, wide, rows, columns, layers, SATURATED);
        counts[g] = 0;
        for (int64_t y = top; y < bottom; y++) {
            counts[g] += count(f + y * flags_row + left, right - left, SATURATED);
            counts[groups] += count(f + y * flags_row + left, right - left, AD_FLOOR);
        }
        if (!g || factors[g - 1] == 1)
            continue;
        /* now that its next group is known */
        d -= data_plane;
        f -= flags_plane;
        for (int64_t y = 0; y < rows; y++)
            some[y] = (uint8_t)mark_averaged(
                mask + y * columns, f + y * flags_row, f + flags_plane + y * flags_row,
                d + y * data_row, thresholds + y * columns, unchecked + y * columns,
                factors[g - 1], columns);
        add_grown(f, flags_row, mask, some, wide, rows, columns, layers, DO_NOT_USE);
    }
}
