/* The linearity polynomial; the numpy form is in polynomial.py. */
#include <float.h>
#include <math.h>

#include "kernels.h"

#define SATURATED 2
/* pixels at a time: their coefficients stay in the nearest cache for all groups */
#define RUN 512

/*
 * Correct samples in place, but those flagged SATURATED; return how many these are.
 *
 * Arrays are (groups, rows, columns), coefficients (terms, rows, columns); strides count values,
 * of planes and of rows. `largest` is the largest relative change of samples from `faintest` on,
 * and grows.
 */
KERNEL int64_t linearity_correct(
    float *data, const uint8_t *flags, const float *coeffs,
    int64_t groups, int64_t rows, int64_t columns, int64_t terms,
    int64_t data_plane, int64_t data_row, int64_t flags_plane, int64_t flags_row,
    float faintest, float *largest)
{
    float most[RUN], value[RUN];
    int64_t saturated = 0;

    for (int i = 0; i < RUN; i++)
        most[i] = *largest;
    for (int64_t y = 0; y < rows; y++)
        for (int64_t x = 0; x < columns; x += RUN) {
            const int n = (int)(columns - x < RUN ? columns - x : RUN);
            const float *c = coeffs + y * columns + x;
            for (int64_t g = 0; g < groups; g++) {
                float *d = data + g * data_plane + y * data_row + x;
                const uint8_t *q = flags + g * flags_plane + y * flags_row + x;
                int count = 0;
                const float *term = c + (terms - 1) * rows * columns;
                for (int i = 0; i < n; i++)
                    value[i] = term[i];
                for (int64_t t = terms - 2; t > 0; t--) {
                    term = c + t * rows * columns;
                    for (int i = 0; i < n; i++)
                        value[i] = value[i] * d[i] + term[i];
                }
                for (int i = 0; i < n; i++) {
                    const float old = d[i], new = value[i] * old + c[i];
                    const int kept = q[i] & SATURATED;
                    const float change = fabsf((new - old) / old);
                    const int seen = !kept & (old >= faintest) & (change <= FLT_MAX);
                    count += kept;
                    most[i] = seen & (change > most[i]) ? change : most[i];
                    d[i] = kept ? old : new;
                }
                saturated += count / SATURATED;
            }
        }
    for (int i = 0; i < RUN; i++)
        if (most[i] > *largest)
            *largest = most[i];
    return saturated;
}
