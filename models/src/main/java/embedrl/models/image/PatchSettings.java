package embedrl.models.image;

/**
 * How pixels become rows for a vision tower.
 *
 * @param patchSize         P, the side of a patch in pixels
 * @param mergeSize         m, how many patches a side of a visual token has
 * @param temporalPatchSize how many frames a patch holds
 * @param normalization     how channel values are scaled
 */
public record PatchSettings(int patchSize, int mergeSize, int temporalPatchSize, Normalization normalization) {
    /** Patches of 16 pixels and 2 frames, tokens of 2 × 2 patches, values in [−1, 1]. */
    public static final PatchSettings QWEN3_VL = new PatchSettings(16, 2, 2, 0.5f, 0.5f);

    /** Checks the ranges. */
    public PatchSettings {
        if (patchSize < 1 || mergeSize < 1 || temporalPatchSize < 1) {
            throw new IllegalArgumentException("patches: sizes must be at least 1, got patch " + patchSize + ", merge " + mergeSize
                    + ", frames " + temporalPatchSize);
        }
    }

    /** One mean and one std for all channels, of values in [0, 1]. */
    public PatchSettings(int patchSize, int mergeSize, int temporalPatchSize, float mean, float std) {
        this(patchSize, mergeSize, temporalPatchSize, Normalization.uniform(mean, std));
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
