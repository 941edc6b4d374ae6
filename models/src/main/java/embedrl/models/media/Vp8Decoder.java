package embedrl.models.media;

/**
 * Decodes a VP8 key frame, the picture of a lossy WebP file, with the samples of libwebp (RFC 6386).
 *
 * <p>The work is bounded by the number of pixels: every macroblock is visited once, and missing bytes end it with the macroblock that needs them.
 */
final class Vp8Decoder {
    private final Vp8Header header;
    private final Vp8Frame frame;
    private final Vp8Modes modes;
    private final Vp8Coefficients coefficients;
    private final Vp8Subblocks subblocks;

    // What the loop filter needs of each macroblock, which comes when all are predicted.
    private final Vp8FilterStrength[] strengths;
    private final boolean[] inner;

    private Vp8Decoder(Vp8Header header) {
        this.header = header;
        int columns = header.columns();
        int rows = header.rows();
        this.frame = new Vp8Frame(header.size(), new Vp8Plane(16 * columns, 16 * rows), new Vp8Plane(8 * columns, 8 * rows), new Vp8Plane(8 * columns, 8 * rows));
        this.modes = new Vp8Modes(header);
        this.coefficients = new Vp8Coefficients(header);
        this.subblocks = new Vp8Subblocks(frame.luma());
        this.strengths = new Vp8FilterStrength[columns * rows];
        this.inner = new boolean[columns * rows];
    }

    /** Decodes the payload of a chunk {@code VP8 }, whose size was checked. */
    static Vp8Frame decode(byte[] bytes, int start, int end) throws MalformedMedia {
        var decoder = new Vp8Decoder(Vp8Header.read(bytes, start, end));
        decoder.macroblocks();
        decoder.filter();
        return decoder.frame;
    }

    private void macroblocks() throws MalformedMedia {
        int partitions = header.coefficients().size();
        for (int row = 0; row < header.rows(); row++) {
            Vp8BoolReader in = header.coefficients().get(row & partitions - 1);
            modes.beginRow();
            coefficients.beginRow();
            for (int column = 0; column < header.columns(); column++) {
                macroblock(in, column, row);
                if (in.exhausted() || header.modes().exhausted()) {
                    throw new MalformedMedia("WebP: the lossy picture is truncated at the block of pixels " + 16 * row + ", " + 16 * column);
                }
            }
        }
    }

    private void macroblock(Vp8BoolReader in, int column, int row) {
        modes.read(column);
        boolean any = false;
        if (modes.skipped()) {
            coefficients.skip(column, modes.subblocks());
        } else {
            any = coefficients.read(in, column, modes.subblocks(), header.quantizers()[modes.segment()]);
        }
        luma(16 * column, 16 * row, any);
        chroma(frame.cb(), 8 * column, 8 * row, 16, any);
        chroma(frame.cr(), 8 * column, 8 * row, 20, any);
        int at = row * header.columns() + column;
        Vp8FilterStrength.Levels levels = header.filter();
        strengths[at] = (modes.subblocks() ? levels.subblocks() : levels.whole())[modes.segment()];
        inner[at] = any || modes.subblocks();
    }

    private void luma(int x, int y, boolean any) {
        Vp8Plane plane = frame.luma();
        if (modes.subblocks()) {
            subblocks.begin(x, y);
        } else {
            Vp8Prediction.predict(plane, x, y, 16, modes.luma(0));
        }
        for (int block = 0; block < 16; block++) {
            int blockX = x + 4 * (block & 3);
            int blockY = y + 4 * (block >> 2);
            if (modes.subblocks()) {
                subblocks.predict(blockX, blockY, modes.luma(block));
            }
            if (any) {
                residual(plane, blockX, blockY, block);
            }
        }
    }

    private void chroma(Vp8Plane plane, int x, int y, int firstBlock, boolean any) {
        Vp8Prediction.predict(plane, x, y, 8, modes.chroma());
        for (int i = 0; any && i < 4; i++) {
            residual(plane, x + 4 * (i & 1), y + 4 * (i >> 1), firstBlock + i);
        }
    }

    private void residual(Vp8Plane plane, int x, int y, int block) {
        if (!coefficients.flat(block)) {
            Vp8Transforms.add(coefficients.values(), 16 * block, plane, x, y);
        } else if (!coefficients.empty(block)) {
            Vp8Transforms.addFlat(coefficients.values()[16 * block], plane, x, y);
        }
    }

    private void filter() {
        Vp8FilterStrength.Levels levels = header.filter();
        if (levels.none()) {
            return;
        }
        for (int row = 0; row < header.rows(); row++) {
            for (int column = 0; column < header.columns(); column++) {
                int at = row * header.columns() + column;
                Vp8LoopFilter.filter(frame, levels.simple(), column, row, strengths[at], inner[at]);
            }
        }
    }
}
