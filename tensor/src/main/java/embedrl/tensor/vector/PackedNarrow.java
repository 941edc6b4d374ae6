package embedrl.tensor.vector;

import static embedrl.tensor.vector.Lanes.W;

import embedrl.tensor.BlockFormats;
import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.Variable;

/**
 * Narrow weights in strips of W rows, one lane per row, for {@link NarrowTiles}, {@link BrainTiles}, {@link BlockTiles}, {@link WideStrips} and {@link StripDots}: still narrow, so that a step reads little memory, and
 * widened by whole vectors without a transpose. Strip s holds rows from {@code s * W} on; rows beyond the last are zero.
 */
final class PackedNarrow extends PackedWeights {
    /** Rows of A in a tile. */
    static final int ROWS = 8;

    /** Rows of a strip. */
    static final int STRIP = W;

    /** Strips that a tile reads at a time. */
    static final int STRIPS = 3;

    /** Columns of a tile: rows of its strips. */
    static final int COLUMNS = STRIPS * STRIP;

    /** Most rows of A for which widening weights where they are met beats cutting them into strips of floats first. */
    static final int MOST = PanelTiles.FEW ? 128 : 64;

    /** Fewest rows of A, more than one, for which tiles beat the dot products of {@link FewRows}. */
    static final int LEAST = PanelTiles.FEW ? 2 : 5;

    /** Where the first strip of halves begins: a line is half a vector of floats, and none crosses a cache line. */
    private static final int FIRST_HALF = 2 * Lanes.ALIGNED;

    /** Elements of a row that share a scale. */
    static final int BLOCK = 32;

    /**
     * Whether a line of 8 or 4 bits is a vector of ints, with four or eight elements of a row in each, the first in the lowest bits. Then a number becomes a float by a mask and a conversion, in the
     * place where it lies, and so multiplied with a power of two; a line of bytes is first lengthened across the vector. One row takes two thirds of the time with 256 bits; 512 bits,
     * whose tiles read lines of bytes, were not measured.
     */
    static final boolean WORDS = PanelTiles.FEW;

    /** Numbers of Q8_0 are so much larger in WORDS, and never negative. */
    static final int OFFSET = 128;

    final DType type;

    /** BFLOAT16: line p holds elements 2 p and 2 p + 1 of each row, side by side. */
    short[] halves = {};

    /** Q8_0: line p holds element p of each row; 4 bits: line p holds elements 2 p, in the lower bits, and 2 p + 1. With WORDS, lines of ints; of Q8_0, OFFSET is added. */
    byte[] bytes = {};

    /** Scales of the blocks, a line per 32 elements. */
    float[] scales = {};

    /** Q4_0 and Q4_1: what is added to the elements of the blocks. */
    float[] shifts = {};

    PackedNarrow(Variable variable, Buffer matrix, int n, int k) {
        super(variable, matrix, n, k);
        type = matrix.type().dtype();
    }

    /** Whether there are kernels for such a product, and they pay. Tiles of {@link NarrowRows} need 24 sums and three vectors of weights in registers; of one row only 4 bits gain, and WORDS of 8. */
    static boolean pay(DType type, int m, int n, int k) {
        if (m == 1) {
            return (type == DType.Q4_0 || type == DType.Q4_1 || type == DType.Q8_0 && WORDS) && BlockWidening.VECTORS && n >= STRIP && k > 0;
        }
        boolean known = type == DType.BFLOAT16 || type == DType.Q8_0 || type == DType.Q4_0 || type == DType.Q4_1;
        return known && (W == 16 || PanelTiles.FEW) && m >= LEAST && m <= MOST && n >= STRIP && k > 0 && k % (type == DType.BFLOAT16 ? 2 : BLOCK) == 0;
    }

    /** Numbers of one row of a strip. */
    int numbers() {
        return type == DType.Q4_0 || type == DType.Q4_1 ? k / 2 : k;
    }

    /** Numbers of a block of a strip. */
    int block() {
        return BLOCK * numbers() / k * STRIP;
    }

    int strips() {
        return (n + STRIP - 1) / STRIP;
    }

    /** Where a strip's numbers begin; the last strip's for those behind it, whose columns nobody wants. */
    int start(int strip) {
        return (type == DType.BFLOAT16 ? FIRST_HALF : 0) + Math.min(strip, strips() - 1) * numbers() * STRIP;
    }

    /** Where the scales and shifts of a block of a strip lie. */
    int scale(int strip, int block) {
        return (Math.min(strip, strips() - 1) * (k / BLOCK) + block) * STRIP;
    }

    @Override
    void pack(WorkPool pool) {
        int size = strips() * numbers() * STRIP;
        if (type == DType.BFLOAT16) {
            halves = halves.length > 0 ? halves : new short[FIRST_HALF + size];
        } else if (bytes.length != size) {
            bytes = new byte[size];
            scales = new float[strips() * (k / BLOCK) * STRIP];
            shifts = type == DType.Q8_0 ? shifts : new float[scales.length];
        }
        pool.run(strips(), strip -> {
            for (int j = 0; j < Math.min(STRIP, n - strip * STRIP); j++) {
                if (type == DType.BFLOAT16) {
                    halves(strip, j);
                } else {
                    blocks(strip, j);
                }
            }
        });
    }

    private void halves(int strip, int j) {
        int row = matrix.offset() + (strip * STRIP + j) * k;
        for (int p = 0; p < k; p++) {
            halves[start(strip) + (p / 2 * STRIP + j) * 2 + p % 2] = matrix.halves()[row + p];
        }
    }

    private void blocks(int strip, int j) {
        byte[] from = matrix.blocks();
        int size = type.blockBytes();
        int to = start(strip) + (WORDS ? 4 * j : j);
        for (int t = 0; t < k / BLOCK; t++) {
            int block = matrix.offset() + ((strip * STRIP + j) * (k / BLOCK) + t) * size;
            if (type == DType.Q8_0) {
                for (int i = 0; i < 32; i++) {
                    bytes[to + t * 32 * STRIP + place(i)] = (byte) (from[block + 2 + i] + (WORDS ? OFFSET : 0));
                }
            } else {
                nibbles(from, block + size - 16, to + t * 16 * STRIP);
            }
            int at = scale(strip, t) + j;
            scales[at] = BlockFormats.half(from, block);
            if (type != DType.Q8_0) {
                shifts[at] = type == DType.Q4_0 ? -8 * scales[at] : BlockFormats.half(from, block + 2);
            }
        }
    }

    /** A block's bytes hold elements i below and i + 16 above; here neighbors share a byte. */
    private void nibbles(byte[] from, int at, int to) {
        for (int i = 0; i < 8; i++) {
            int first = from[at + 2 * i];
            int second = from[at + 2 * i + 1];
            bytes[to + place(i)] = (byte) (first & 15 | (second & 15) << 4);
            bytes[to + place(8 + i)] = (byte) (first >> 4 & 15 | second & 0xF0);
        }
    }

    /** Where byte i of a row's block lies behind its first. */
    private static int place(int i) {
        return WORDS ? i / 4 * 4 * STRIP + i % 4 : i * STRIP;
    }
}
