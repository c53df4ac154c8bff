/* Fits of ramps; the numpy form, which tells what is done and why, is ols.py. */
#include <float.h>
#include <math.h>

#include "kernels.h"

#define DO_NOT_USE 1u
#define SATURATED 2u
#define JUMP_DET 4u
#define PERSISTENCE 32u
#define CHARGELOSS 128u
#define NO_GAIN_VALUE (1u << 19)
#define NO_SLOPE (DO_NOT_USE | SATURATED)
#define LARGE_VARIANCE 1e6
/* pixels at a time, as in compiled.py: what is made of their ramps stays in the nearest cache */
#define RUN 64

/* Samples that are fitted together: `length` groups from `start` on. */
typedef struct {
    int64_t start, length;
} Segment;

/* Weights of the samples of segments: those of `length` samples begin at `places[length]`, one
 * class of noise after the other; at 0, they are not known. */
typedef struct {
    const int64_t *places;
    const double *values;
} Weights;

/* What is known of a run of pixels; of `inverse` weights are made, of `noise` variances. */
typedef struct {
    double gain[RUN], readnoise[RUN], photons[RUN], inverse[RUN], noise[RUN];
} Pixels;

/* Sums over segments: of inverse variances, and of slopes divided by the variance of read noise. */
typedef struct {
    double by_rnoise[RUN], by_poisson[RUN], by_both[RUN], slope[RUN];
} Sums;

/* Put the flags of ramps, as they are used, into `flags` (groups, RUN), and add all to `seen`. */
PART void select_samples(
    const uint8_t *groupdq, int64_t npixels, const uint8_t *left_out, int64_t ngroups, int n,
    uint8_t *flags, uint8_t *seen)
{
    uint8_t good[RUN] = {0};

    for (int64_t g = 0; g < ngroups; g++)
        for (int i = 0; i < n; i++) {
            const uint8_t flag = groupdq[g * npixels + i] | left_out[g];
            flags[g * RUN + i] = flag;
            seen[i] |= groupdq[g * npixels + i];
            good[i] += ((flag & ~PERSISTENCE) == 0) & (good[i] < 2);
        }
    /* ramps of one good sample are left out */
    for (int64_t g = 0; g < ngroups; g++)
        for (int i = 0; i < n; i++)
            flags[g * RUN + i] |= good[i] == 1 ? DO_NOT_USE : 0;
}

/* Mark ramps with NaN or infinities among the samples that are used. */
PART void mark_odd(
    const float *data, int64_t npixels, const uint8_t *flags, int64_t ngroups, int n, uint8_t *odd)
{
    for (int64_t g = 0; g < ngroups; g++) {
        const float *d = data + g * npixels;
        int any = 0;
        for (int i = 0; i < n; i++)
            any |= !(fabsf(d[i]) <= FLT_MAX);
        for (int i = 0; any && i < n; i++)
            odd[i] |= !(fabsf(d[i]) <= FLT_MAX) & !(flags[g * RUN + i] & NO_SLOPE);
    }
}

/*
 * Add the median of the differences of each ramp to `rate`, in DN per second.
 *
 * In place of differences that are not to be used stand plus and minus infinity in turns: so the
 * median of all ramps has the same ranks, which `exchanges` put into their places.
 */
PART void add_median_rates(
    const float *data, int64_t npixels, const uint8_t *flags, int64_t ngroups, int n,
    double group_time, const int32_t *exchanges, int64_t nexchanges, double *steps, double *rate)
{
    const int64_t nsteps = ngroups - 1, high = nsteps / 2, low = high > 0 ? high - 1 : 0;
    double before[RUN], first[RUN], fill[RUN];
    uint16_t count[RUN];

    for (int i = 0; i < n; i++) {
        before[i] = data[i] / group_time;
        first[i] = flags[i] & NO_SLOPE ? 0 : before[i];
        fill[i] = INFINITY;
        count[i] = 0;
    }
    for (int64_t g = 1; g < ngroups; g++) {
        const float *d = data + g * npixels;
        const uint8_t *f = flags + g * RUN;
        double *step = steps + (g - 1) * RUN;
        for (int i = 0; i < n; i++) {
            const int bad = ((f[i] | f[i - RUN]) & NO_SLOPE) | (f[i] & JUMP_DET);
            const double value = d[i] / group_time;
            step[i] = bad ? fill[i] : value - before[i];
            fill[i] = bad ? -fill[i] : fill[i];
            count[i] += !bad;
            before[i] = value;
        }
    }
    for (int64_t k = 0; k < nexchanges; k++) {
        double *restrict a = steps + exchanges[2 * k] * RUN;
        double *restrict b = steps + exchanges[2 * k + 1] * RUN;
        for (int i = 0; i < RUN; i++) {
            const double x = a[i], y = b[i];
            a[i] = x < y ? x : y;
            b[i] = x > y ? x : y;
        }
    }
    for (int i = 0; i < n; i++) {
        const double lower = steps[low * RUN + i], upper = steps[high * RUN + i];
        const double one = nsteps % 2 ? upper : lower;
        rate[i] += count[i] == 0 ? first[i] : count[i] % 2 ? one : (lower + upper) / 2;
    }
}

/* Return the class of a segment's signal to noise. */
PART int64_t noise_class(double rise, double gain, double readnoise)
{
    const double electrons = rise * gain, variance = electrons + readnoise * readnoise;
    const double ratio = variance > 0 ? electrons / sqrt(variance) : 0;

    return (ratio >= 5) + (ratio >= 10) + (ratio >= 20) + (ratio >= 50) + (ratio >= 100);
}

PART void add_where(double *sums, const double *terms, const uint8_t *mine, int n)
{
    for (int i = 0; i < n; i++)
        sums[i] += mine[i] ? terms[i] : 0;
}

/*
 * Fit a segment of `count` pixels from `i` on; add to the sums of those that are `mine`.
 *
 * Return 0 when its weights are not known, and are therefore `wanted`.
 */
PART int add_segment(
    const float *data, int64_t npixels, Segment segment, int i, int count, const uint8_t *mine,
    double group_time, const Pixels *pixels, Weights weights, Sums *sums, uint8_t *wanted)
{
    const int64_t length = segment.length;
    const float *first = data + segment.start * npixels + i, *last = first + (length - 1) * npixels;
    const double *gain = pixels->gain + i, *readnoise = pixels->readnoise + i;
    const double n = length > 2 ? (double)length : 2;
    double slope[RUN], by_rnoise[RUN], by_poisson[RUN], by_both[RUN];

    if (length > 2 && !weights.places[length]) {
        wanted[length] = 1;
        return 0;
    }
    if (length > 2) {
        const double *values = weights.values + weights.places[length];
        const double *inverse = pixels->inverse + i;
        double weight[RUN], w[RUN], wx[RUN], wxx[RUN], wy[RUN], wxy[RUN];
        int64_t place[RUN];
        for (int k = 0; k < count; k++) {
            place[k] = length * noise_class((double)last[k] - first[k], gain[k], readnoise[k]);
            w[k] = wx[k] = wxx[k] = wy[k] = wxy[k] = 0;
        }
        for (int64_t j = 0; j < length; j++) {
            const float *y = first + j * npixels;
            const double x = (double)(segment.start + j);
            for (int k = 0; k < count; k++)
                weight[k] = values[place[k] + j];
            for (int k = 0; k < count; k++) {
                const double scaled = weight[k] * inverse[k], weighted = x * scaled;
                w[k] += scaled;
                wx[k] += weighted;
                wxx[k] += x * weighted;
                wy[k] += y[k] * scaled;
                wxy[k] += y[k] * weighted;
            }
        }
        for (int k = 0; k < count; k++) {
            const double inverse_det = 1.0 / (w[k] * wxx[k] - wx[k] * wx[k]);
            slope[k] = (w[k] * wxy[k] - wx[k] * wy[k]) * inverse_det / group_time;
        }
    } else
        for (int k = 0; k < count; k++)
            slope[k] = (length == 1 ? first[k] : (double)last[k] - first[k]) / group_time;
    for (int k = 0; k < count; k++) {
        const double rnoise = pixels->noise[i + k] / ((n * n * n - n) * gain[k] * gain[k]);
        const double poisson = pixels->photons[i + k] / (group_time * gain[k] * (n - 1.0));
        by_rnoise[k] = 1.0 / rnoise;
        by_poisson[k] = poisson > 0 ? 1.0 / poisson : 0;
        by_both[k] = 1.0 / (poisson + rnoise);
        slope[k] /= rnoise;
    }
    add_where(sums->by_rnoise + i, by_rnoise, mine, count);
    add_where(sums->by_poisson + i, by_poisson, mine, count);
    add_where(sums->by_both + i, by_both, mine, count);
    add_where(sums->slope + i, slope, mine, count);
    return 1;
}

/*
 * Fit the segments of pixel `i`, of which there may be none; return how many.
 *
 * Lengths whose weights are not known are `wanted`, and -1 is returned.
 */
PART int add_ramp(
    const float *data, int64_t npixels, const uint8_t *flags, int64_t ngroups, int i,
    double group_time, const Pixels *pixels, Weights weights, Sums *sums, uint8_t *wanted)
{
    static const uint8_t yes = 1;
    Segment single = {0};
    int count = 0, known = 1;

    if (flags[i] & SATURATED)
        return 0;
    for (int64_t stop, g = 0; g < ngroups; g = stop + 1) {
        for (stop = g; stop < ngroups && !(flags[stop * RUN + i] & ~PERSISTENCE);)
            stop++;
        if (stop == g)
            continue;
        /* a jump is the first sample of what comes after it */
        const int jump = g > 0 && (flags[(g - 1) * RUN + i] & ~PERSISTENCE) == JUMP_DET;
        const Segment found = {g - jump, stop - g + jump};
        if (found.length == 1)
            single = single.length ? single : found;
        else if (!add_segment(
                data, npixels, found, i, 1, &yes, group_time, pixels, weights, sums, wanted))
            known = 0;
        count += found.length > 1;
    }
    /* runs of one sample count only where there is no longer one, and then only the first */
    if (!count && single.length)
        count = add_segment(
            data, npixels, single, i, 1, &yes, group_time, pixels, weights, sums, wanted);
    return known ? count : -1;
}

/* Find the samples that most ramps have alone, without a flag; the `others` get one at least. */
PART Segment common_segment(const uint8_t *flags, int64_t ngroups, int n, uint8_t *others)
{
    Segment segment = {0};

    for (int64_t g = 0; g < ngroups; g++) {
        const uint8_t *f = flags + g * RUN;
        uint8_t unused = 0;
        for (int i = 0; i < n; i++)
            unused += f[i] == DO_NOT_USE;
        const uint8_t expected = 2 * unused > n ? DO_NOT_USE : 0;
        /* a second run of good samples: such ramps are no single segment */
        const int again = segment.length && segment.start + segment.length < g;
        for (int i = 0; i < n; i++)
            others[i] |= (f[i] ^ expected) | (!expected && again);
        if (!expected && !segment.length)
            segment.start = g;
        segment.length += !expected;
    }
    return segment;
}

/*
 * Fit the segments of a run of pixels in an integration, but of those to `skip`.
 *
 * Most ramps are one and the same segment: these are fitted together. Return whether all weights
 * are known; lengths of segments without are `wanted`.
 */
PART int fit_segments(
    const float *data, int64_t npixels, const uint8_t *flags, int64_t ngroups, int n,
    const uint8_t *skip, double group_time, const Pixels *pixels, Weights weights, Sums *sums,
    uint8_t *fitted, uint8_t *wanted)
{
    uint8_t others[RUN] = {0}, alike[RUN];
    const Segment most = common_segment(flags, ngroups, n, others);
    int any = 0, known = 1;

    for (int i = 0; i < n; i++) {
        alike[i] = fitted[i] = !others[i] & !skip[i] & (most.length > 0);
        any |= alike[i];
    }
    if (any)
        known = add_segment(
            data, npixels, most, 0, n, alike, group_time, pixels, weights, sums, wanted);
    for (int i = 0; i < n; i++) {
        if (alike[i] | skip[i])
            continue;
        const int found = add_ramp(
            data, npixels, flags, ngroups, i, group_time, pixels, weights, sums, wanted);
        fitted[i] = found > 0;
        known &= found >= 0;
    }
    return known;
}

/* Find all flags of the samples of each ramp, and add to those of a pixel what they mean for it. */
PART void ramp_flags(
    const uint8_t *flags, int64_t ngroups, int n, const uint32_t *pixeldq, uint8_t *all,
    uint32_t *dq)
{
    uint8_t bad[RUN], saturated[RUN];

    for (int i = 0; i < n; i++) {
        all[i] = 0;
        bad[i] = 1;
        saturated[i] = SATURATED;
    }
    for (int64_t g = 0; g < ngroups; g++)
        for (int i = 0; i < n; i++) {
            all[i] |= flags[g * RUN + i];
            bad[i] &= (flags[g * RUN + i] & NO_SLOPE) != 0;
            saturated[i] &= flags[g * RUN + i];
        }
    for (int i = 0; i < n; i++)
        dq[i] = pixeldq[i] | (all[i] & (JUMP_DET | PERSISTENCE)) | saturated[i]
            | (flags[i] & SATURATED ? NO_SLOPE : 0) | (bad[i] ? DO_NOT_USE : 0);
}

/* Make the rates of an integration; those that are not `fitted` are 0 unless flags say more. */
PART void integration_rates(
    const Sums *sums, const uint8_t *fitted, const uint32_t *dq, int n, float *slope,
    float *var_poisson, float *var_rnoise, float *err)
{
    for (int i = 0; i < n; i++) {
        const double poisson = sums->by_poisson[i] > 0 ? 1.0 / sums->by_poisson[i] : 0;
        const double inverse = 1.0 / sums->by_rnoise[i], both = 1.0 / sums->by_both[i];
        const double rnoise = inverse >= LARGE_VARIANCE ? 0 : inverse;
        const int invalid = (dq[i] & NO_SLOPE) != 0, without = invalid | !fitted[i];
        slope[i] = invalid ? NAN : without ? 0 : (float)(sums->slope[i] * rnoise);
        var_poisson[i] = without | (poisson >= LARGE_VARIANCE) ? 0 : (float)poisson;
        var_rnoise[i] = without ? 0 : (float)rnoise;
        err[i] = without | (both > LARGE_VARIANCE) ? 0 : (float)sqrt(both);
    }
}

/* Make the rates of the exposure; the error is not that of its integrations. */
PART void exposure_rates(
    const Sums *sums, const uint32_t *dq, int n, float *slope, float *var_poisson,
    float *var_rnoise, float *err)
{
    for (int i = 0; i < n; i++) {
        double poisson = sums->by_poisson[i] > 0 ? 1.0 / sums->by_poisson[i] : sums->by_poisson[i];
        double rnoise = sums->by_rnoise[i] > 0 ? 1.0 / sums->by_rnoise[i] : sums->by_rnoise[i];
        const int invalid = (dq[i] & NO_SLOPE) != 0;
        poisson = (poisson >= LARGE_VARIANCE) | (poisson < 0) ? 0 : poisson;
        rnoise = rnoise >= LARGE_VARIANCE ? 0 : rnoise;
        slope[i] = invalid ? NAN : (float)(sums->slope[i] * rnoise);
        var_poisson[i] = invalid ? 0 : (float)poisson;
        var_rnoise[i] = invalid ? 0 : (float)rnoise;
        err[i] = invalid ? 0 : (float)sqrt(poisson + rnoise);
    }
}

PART void add_sums(Sums *totals, const Sums *sums, int n)
{
    for (int i = 0; i < n; i++) {
        totals->by_rnoise[i] += sums->by_rnoise[i];
        totals->by_poisson[i] += sums->by_poisson[i];
        totals->by_both[i] += sums->by_both[i];
        totals->slope[i] += sums->slope[i];
    }
}

/*
 * Fit the ramps of pixels from `pixel` on; return the first one that is not done, where there are
 * segments of lengths without weights, which are then `wanted`.
 *
 * Samples are (integrations, groups, pixels). Groups from `cut` to before `stop` take part, but
 * not those `left_out`; ramps of one good sample do not. `noise_scale` makes read noise that of a
 * group. `rate` and `rateints` get slope, variances by photons and read noise, and error. `rest`
 * tells pixels that are left to numpy: those with NaN and infinities, whose bits the order of a
 * sum may change, or CHARGELOSS. `seen` gets all flags of a pixel's samples; `used` is added how
 * many samples of each group are without DO_NOT_USE, and `started` how many ramps do not begin
 * saturated. `flags` (integrations, groups, RUN) and `steps` (groups, RUN) are scratch.
 */
KERNEL int64_t ramp_fit(
    const float *data, const uint8_t *groupdq, const uint32_t *pixeldq, const float *gain,
    const float *readnoise, const float *dark, int64_t nints, int64_t ngroups, int64_t npixels,
    int64_t cut, int64_t stop, const uint8_t *left_out, double group_time, double noise_scale,
    const int32_t *exchanges, int64_t nexchanges, const int64_t *places, const double *values,
    uint8_t *flags, double *steps, int64_t pixel, uint8_t *wanted, float *rate,
    uint32_t *rate_dq, float *rateints, uint32_t *rateints_dq, uint8_t *seen, uint8_t *rest,
    int64_t *used, int64_t *started)
{
    const Weights weights = {places, values};
    const int64_t kept = stop - cut, plane = nints * npixels;

    for (; pixel < npixels; pixel += RUN) {
        const int n = (int)(npixels - pixel < RUN ? npixels - pixel : RUN);
        uint32_t before[RUN], always[RUN], *dq = rate_dq + pixel;
        uint8_t odd[RUN], skip[RUN], fitted[RUN], all[RUN], saturated[RUN], *any = seen + pixel;
        double median[RUN] = {0};
        Pixels pixels;
        Sums totals = {0};

        for (int i = 0; i < n; i++) {
            const double scale = gain[pixel + i] / noise_scale;
            const float noise = (float)(readnoise[pixel + i] * scale);
            const double by_time = noise / group_time;
            pixels.gain[i] = gain[pixel + i];
            pixels.readnoise[i] = noise;
            pixels.inverse[i] = 1.0 / (pixels.readnoise[i] * pixels.readnoise[i]);
            pixels.noise[i] = 12.0 * by_time * by_time;
            before[i] = pixeldq[pixel + i];
            before[i] |= pixels.gain[i] > 0 ? 0 : NO_GAIN_VALUE | DO_NOT_USE;
            odd[i] = !((pixels.gain[i] <= FLT_MAX) & (noise > 0) & (noise <= FLT_MAX)
                & (fabsf(dark[pixel + i]) <= FLT_MAX));
            dq[i] = before[i];
            always[i] = NO_SLOPE;
            any[i] = saturated[i] = 0;
        }
        for (int64_t k = 0; k < nints; k++) {
            const int64_t at = k * ngroups * npixels + pixel;
            uint8_t *mine = flags + k * ngroups * RUN, *f = mine + cut * RUN;
            select_samples(groupdq + at, npixels, left_out, ngroups, n, mine, any);
            if (cut > 0)
                /* jumps above a group that was taken off are no jumps */
                for (int i = 0; i < n; i++)
                    f[i] &= ~JUMP_DET;
            const float *d = data + at + cut * npixels;
            mark_odd(d, npixels, f, kept, n, odd);
            add_median_rates(
                d, npixels, f, kept, n, group_time, exchanges, nexchanges, steps, median);
        }
        for (int i = 0; i < n; i++) {
            const double current = dark[pixel + i], mean = median[i] / (double)nints;
            const int invalid = (before[i] & NO_SLOPE) != 0;
            pixels.photons[i] = mean > 0 ? mean + current : current;
            rest[pixel + i] = (any[i] & CHARGELOSS) || (odd[i] && !invalid);
            skip[i] = invalid | rest[pixel + i];
        }
        int known = 1;
        for (int64_t k = 0; k < nints; k++) {
            const uint8_t *f = flags + (k * ngroups + cut) * RUN;
            const float *d = data + (k * ngroups + cut) * npixels + pixel;
            float *out = rateints + k * npixels + pixel;
            uint32_t *mine = rateints_dq + k * npixels + pixel;
            Sums sums = {0};
            ramp_flags(f, kept, n, before, all, mine);
            known &= fit_segments(
                d, npixels, f, kept, n, skip, group_time, &pixels, weights, &sums, fitted, wanted);
            integration_rates(
                &sums, fitted, mine, n, out, out + plane, out + 2 * plane, out + 3 * plane);
            add_sums(&totals, &sums, n);
            for (int i = 0; i < n; i++) {
                always[i] &= mine[i];
                dq[i] |= all[i] & (JUMP_DET | PERSISTENCE);
                /* ramps that saturate later keep their slope */
                mine[i] |= all[i] & SATURATED;
                saturated[i] |= all[i] & SATURATED;
            }
        }
        if (!known)
            return pixel;
        for (int i = 0; i < n; i++)
            dq[i] |= always[i];
        float *out = rate + pixel;
        exposure_rates(&totals, dq, n, out, out + npixels, out + 2 * npixels, out + 3 * npixels);
        for (int i = 0; i < n; i++)
            dq[i] |= saturated[i];
        for (int64_t k = 0; k < nints; k++) {
            const uint8_t *f = flags + k * ngroups * RUN;
            for (int64_t g = 0; g < ngroups; g++) {
                uint8_t count = 0;
                for (int i = 0; i < n; i++)
                    count += !(f[g * RUN + i] & DO_NOT_USE);
                used[g] += count;
            }
            uint8_t count = 0;
            for (int i = 0; i < n; i++)
                count += !(f[cut * RUN + i] & SATURATED);
            *started += count;
        }
    }
    return npixels;
}
