package embedrl.embedrl.tcot;

/**
 * Limits of the evidence that a T-CoT may cut out of its item (Embed-RL, parsing of T-CoTs).
 *
 * @param grid        the coordinates of a box run from 0 to this value on both axes, whatever the picture's size
 * @param frameBase   the number by which a T-CoT calls the first frame
 * @param minCrop     shortest allowed side of a crop, pixels
 * @param maxAspect   largest allowed quotient of a crop's longer and shorter side
 * @param maxCoverage a crop that covers a larger share of the picture than this adds nothing and is skipped
 * @param maxEvidence at most so many crops or frames are kept, the first ones
 */
public record TCotOptions(int grid, int frameBase, int minCrop, double maxAspect, double maxCoverage, int maxEvidence) {

    public static final TCotOptions DEFAULTS = new TCotOptions(1000, 1, 10, 50, 0.95, 4);

    public TCotOptions {
        require(grid > 0, "grid", "above 0", grid);
        require(frameBase >= 0, "frameBase", "0 or more", frameBase);
        require(minCrop >= 1, "minCrop", "1 pixel or more", minCrop);
        require(maxAspect >= 1, "maxAspect", "1 or more", maxAspect);
        require(maxCoverage > 0 && maxCoverage <= 1, "maxCoverage", "above 0 and at most 1", maxCoverage);
        require(maxEvidence >= 0, "maxEvidence", "0 or more", maxEvidence);
    }

    /** The same options with another limit on the number of crops or frames. */
    public TCotOptions withMaxEvidence(int limit) {
        return new TCotOptions(grid, frameBase, minCrop, maxAspect, maxCoverage, limit);
    }

    private static void require(boolean holds, String name, String rule, Number value) {
        if (!holds) {
            throw new IllegalArgumentException("tcot options: " + name + " must be " + rule + ", got " + value);
        }
    }
}
