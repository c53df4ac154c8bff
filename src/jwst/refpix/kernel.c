/* Subtraction of drifts; the numpy forms are in near_infrared.py and miri_correction.py. */
#include "kernels.h"

#define OUTPUTS 4
/* columns at a time */
#define RUN (64 * OUTPUTS)

/* Subtract two numbers from each of some values; steps are 0 for the same number everywhere. */
PART void subtract_both(
    float *d, const double *first, int first_step, const double *second, int second_step,
    int n, int single)
{
    if (single)
        for (int i = 0; i < n; i++) {
            const float once = (float)(d[i] - first[i * first_step]);
            d[i] = (float)(once - second[i * second_step]);
        }
    else
        for (int i = 0; i < n; i++)
            d[i] = (float)(d[i] - first[i * first_step] - second[i * second_step]);
}

/*
 * Subtract the drifts of the detector's columns, then those of its rows, from groups, in place.
 *
 * Data are (groups, rows, columns); strides count values, of planes and of rows. Drifts are
 * (groups, kinds), and `keys` the kind of each of the detector's columns, which are rows of a
 * transposed image. Groups that are `single` are rounded to float after each of both.
 */
KERNEL void refpix_subtract(
    float *data, const double *drifts, const int64_t *keys, const double *of_rows,
    const uint8_t *single, int64_t groups, int64_t rows, int64_t columns, int64_t kinds,
    int64_t data_plane, int64_t data_row, int64_t transposed)
{
    double here[RUN];

    for (int64_t g = 0; g < groups; g++, drifts += kinds, of_rows += transposed ? columns : rows)
        for (int64_t x = 0; x < columns; x += RUN) {
            const int n = (int)(columns - x < RUN ? columns - x : RUN);
            for (int i = 0; i < n && !transposed; i++)
                here[i] = drifts[keys[x + i]];
            for (int64_t y = 0; y < rows; y++) {
                float *d = data + g * data_plane + y * data_row + x;
                if (transposed)
                    subtract_both(d, drifts + keys[y], 0, of_rows + x, 1, n, single[g]);
                else
                    subtract_both(d, here, 1, of_rows + y, 0, n, single[g]);
            }
        }
}

/*
 * Subtract the drifts since the first group of an integration of MIRI, in place.
 *
 * Drifts are (groups, parities, outputs), for rows of even numbers and of odd ones; `top` and
 * `left` are where the data (groups, rows, columns) begin in the full frame.
 */
KERNEL void refpix_subtract_from_ramp(
    float *data, const double *drifts, int64_t groups, int64_t rows, int64_t columns,
    int64_t data_plane, int64_t data_row, int64_t top, int64_t left)
{
    double here[RUN];

    /* the first group, which the others need, is changed, too: at last */
    for (int64_t g = groups - 1; g >= 0; g--)
        for (int64_t y = 0; y < rows; y++) {
            const double *drift = drifts + (g * 2 + (top + y) % 2) * OUTPUTS;
            const float *first = data + y * data_row;
            float *d = data + g * data_plane + y * data_row;
            for (int i = 0; i < RUN; i++)
                here[i] = drift[(left + i) % OUTPUTS];
            for (int64_t x = 0; x < columns; x += RUN) {
                const int n = (int)(columns - x < RUN ? columns - x : RUN);
                for (int i = 0; i < n; i++) {
                    const float since = d[x + i] - first[x + i];
                    const float steady = (float)(since - here[i]);
                    /* of two NaN, the sum must be the first: the compiler may turn them round */
                    d[x + i] = steady != steady ? steady : steady + first[x + i];
                }
            }
        }
}
