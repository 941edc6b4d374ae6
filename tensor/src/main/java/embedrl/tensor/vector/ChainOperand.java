package embedrl.tensor.vector;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Step;
import java.util.Arrays;

/** How a chain reads one operand in blocks: in place where its elements lie side by side, else expanded into a block of its own. */
final class ChainOperand {
    private final Buffer buffer;
    private final int inner;
    private final int count;
    private final int elements;
    private final float[] shared; // the one block that all blocks of the chain read, when they are all alike

    /** {@code block} is the chain's block length, {@code elements} its number of elements. */
    ChainOperand(Step.Operand operand, Buffer buffer, int block, int elements) {
        this.buffer = buffer;
        inner = operand.inner();
        count = operand.count();
        this.elements = elements;
        boolean alike = count == 1 || (inner == 1 && count < elements && block % count == 0);
        shared = alike ? new float[block] : null;
    }

    /** Whether a block of scratch is needed for {@link #locate}. */
    boolean expands() {
        return shared == null && !(contiguous() && count == elements);
    }

    private boolean contiguous() {
        return inner == 1 && buffer.type().dtype() == DType.FLOAT32;
    }

    /** Reads the shared block anew: once per run, before any block is computed. */
    void refresh() {
        if (shared != null) {
            expand(0, shared.length, shared, 0);
        }
    }

    /** Puts a register on the elements from {@code start} on; {@code slot} is where they may be expanded to. */
    void locate(int start, int length, float[][] arrays, int[] offsets, int register, float[] slots, int slot) {
        int within = inner == 1 ? start % count : 0;
        if (shared != null) {
            arrays[register] = shared;
            offsets[register] = start % shared.length;
        } else if (contiguous() && within + length <= count) {
            arrays[register] = buffer.floats();
            offsets[register] = buffer.offset() + within;
        } else {
            expand(start, length, slots, slot);
            arrays[register] = slots;
            offsets[register] = slot;
        }
    }

    /** y[yo + i] = element ((start + i) / inner) % count. */
    void expand(int start, int length, float[] y, int yo) {
        for (int i = 0; i < length; ) {
            int at = (start + i) / inner % count;
            int run = Math.min(length - i, inner == 1 ? count - at : inner - (start + i) % inner);
            if (inner == 1 && count > 1) {
                Casts.widen(buffer, at, y, yo + i, run);
            } else {
                run = count == 1 ? length - i : run;
                Casts.widen(buffer, at, y, yo + i, 1);
                Arrays.fill(y, yo + i, yo + i + run, y[yo + i]);
            }
            i += run;
        }
    }
}
