package embedrl.models.image;

/**
 * How pixels become rows for a vision tower.
 *
 * @param patchSize         P, the side of a patch in pixels
 * @param mergeSize         m, how many patches a side of a visual token has
 * @param temporalPatchSize how many frames a patch holds
 * @param mean              subtracted from values in [0, 1]
 * @param std               what the difference is divided by
 */
public record PatchSettings(int patchSize, int mergeSize, int temporalPatchSize, float mean, float std) {
    /** Patches of 16 pixels and 2 frames, tokens of 2 × 2 patches, values in [−1, 1]. */
    public static final PatchSettings QWEN3_VL = new PatchSettings(16, 2, 2, 0.5f, 0.5f);

    /** Checks the ranges. */
    public PatchSettings {
        if (patchSize < 1 || mergeSize < 1 || temporalPatchSize < 1 || !(std > 0)) {
            throw new IllegalArgumentException("patches: sizes must be at least 1 and std above 0, got patch " + patchSize + ", merge "
                    + mergeSize + ", frames " + temporalPatchSize + ", std " + std);
        }
    }

    /** What the sides of an image must be multiples of: P · m. */
    public int factor() {
        return patchSize * mergeSize;
    }

    /** The values of a row: 3 channels × frames × P × P. */
    public int rowLength() {
        return 3 * temporalPatchSize * patchSize * patchSize;
    }
}
