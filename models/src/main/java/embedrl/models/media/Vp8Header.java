package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.util.List;

/**
 * The header of a VP8 key frame and its partitions, set to where macroblocks begin (RFC 6386, sections 9 and 19.2).
 *
 * @param size            height and width in pixels; the scaling that the frame suggests is not followed
 * @param segments        the segments
 * @param filter          the loop filter
 * @param quantizers      one per segment
 * @param probabilities   of coefficients
 * @param skips           whether macroblocks state that they have no coefficients
 * @param skipProbability the probability that one has some
 * @param modes           the partition of modes
 * @param coefficients    the partitions of coefficients, a power of two; rows of macroblocks take turns
 */
record Vp8Header(ImageSize size, Vp8Segments segments, Vp8FilterStrength.Levels filter, Vp8Quantizer[] quantizers, int[] probabilities,
        boolean skips, int skipProbability, Vp8BoolReader modes, List<Vp8BoolReader> coefficients) {
    private static final int LENGTH = 10;

    /** Reads the size alone. */
    static ImageSize size(byte[] bytes, int start, int end) throws MalformedMedia {
        var in = new ByteCursor(bytes, start, end, true);
        int tag = in.u24();
        if ((tag & 1) != 0 || in.u8() != 0x9d || in.u8() != 0x01 || in.u8() != 0x2a) {
            throw new MalformedMedia("WebP: the lossy picture does not begin with a key frame");
        }
        int width = in.u16() & 0x3fff;
        int height = in.u16() & 0x3fff;
        if (width == 0 || height == 0) {
            throw new MalformedMedia("WebP: a picture needs a pixel, this one has " + height + " × " + width);
        }
        return new ImageSize(height, width);
    }

    static Vp8Header read(byte[] bytes, int start, int end) throws MalformedMedia {
        ImageSize size = size(bytes, start, end);
        int tag = new ByteCursor(bytes, start, end, true).u24();
        if ((tag >> 1 & 7) > 3 || (tag >> 4 & 1) == 0) {
            throw new MalformedMedia("WebP: the lossy picture must have a profile of 0 to 3 and be shown, got " + (tag >> 1 & 7) + " and " + (tag >> 4 & 1));
        }
        int first = start + LENGTH;
        int length = tag >> 5;
        if (length > end - first) {
            throw new MalformedMedia("WebP: the modes are truncated: " + length + " bytes are stated, " + (end - first) + " are there");
        }
        var in = new Vp8BoolReader(bytes, first, first + length);
        in.flag();   // color space: decoders know one
        in.flag();   // whether values need no clamping: they are clamped anyway
        Vp8Segments segments = Vp8Segments.read(in);
        Vp8FilterStrength.Levels filter = Vp8FilterStrength.read(in, segments);
        List<Vp8BoolReader> partitions = partitions(bytes, first + length, end, 1 << in.number(2));
        Vp8Quantizer[] quantizers = Vp8Quantizer.read(in, segments);
        in.flag();   // whether the probabilities outlast this frame
        int[] probabilities = Vp8Probabilities.read(in);
        boolean skips = in.flag();
        int skipProbability = skips ? in.number(8) : 0;
        if (in.exhausted()) {
            throw new MalformedMedia("WebP: the header of the lossy picture is truncated");
        }
        return new Vp8Header(size, segments, filter, quantizers, probabilities, skips, skipProbability, in, partitions);
    }

    // The lengths of all partitions but the last stand before them. Those that reach beyond the end are cut, which shows when they are read.
    private static List<Vp8BoolReader> partitions(byte[] bytes, int start, int end, int count) throws MalformedMedia {
        var lengths = new ByteCursor(bytes, start, end, true);
        int at = start + 3 * (count - 1);
        var partitions = new Vp8BoolReader[count];
        for (int i = 0; i < count - 1; i++) {
            int length = Math.min(lengths.u24(), Math.max(0, end - at));
            partitions[i] = new Vp8BoolReader(bytes, at, at + length);
            at += length;
        }
        if (at >= end) {
            throw new MalformedMedia("WebP: the coefficients are truncated");
        }
        partitions[count - 1] = new Vp8BoolReader(bytes, at, end);
        return List.of(partitions);
    }

    /** Macroblocks in a row. */
    int columns() {
        return size.width() + 15 >> 4;
    }

    /** Rows of macroblocks. */
    int rows() {
        return size.height() + 15 >> 4;
    }
}
