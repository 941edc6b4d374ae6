package embedrl.models.input;

import embedrl.nn.RotaryAngles;

/** What packing sequences needs to know about a model. */
public interface Packing {
    /** Width of one attention head, d. */
    int headDim();

    /** How many patches make one visual token along each side; 1 for a model without images. */
    int spatialMergeSize();

    /** Numbers in one flattened patch; 0 for a model without images. */
    int patchWidth();

    /** Rotary angles [N, d/2] of packed positions [3, N] (time, row, column); a model of texts reads the first axis. */
    RotaryAngles angles(int[] positions);
}
