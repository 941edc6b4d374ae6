package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes lossless WebP pictures (WebP Lossless Bitstream Specification).
 *
 * <p>The work is bounded by the number of pixels and the length of the stream.
 */
final class Vp8lDecoder {
    private static final int SIGNATURE = 0x2f;
    private static final int HEADER = 5;

    private Vp8lDecoder() {}

    /** The size that a chunk {@code VP8L} states. */
    static ImageSize size(ByteCursor in) throws MalformedMedia {
        if (in.u8() != SIGNATURE) {
            throw new MalformedMedia("WebP: the lossless picture has no signature");
        }
        long bits = in.u32();
        if (bits >> 29 != 0) {
            throw new MalformedMedia("WebP: the lossless picture has version " + (bits >> 29) + ", known is 0");
        }
        return new ImageSize((int) (bits >> 14 & 0x3fff) + 1, (int) (bits & 0x3fff) + 1);
    }

    /** Whether a chunk of known size states that it has alpha. */
    static boolean transparent(byte[] bytes, WebpChunk chunk) {
        return (bytes[chunk.start() + HEADER - 1] & 16) != 0;
    }

    /** The pixels of a chunk whose size was checked, 0xAARRGGBB. */
    static int[] argb(byte[] bytes, WebpChunk chunk, ImageSize size) throws MalformedMedia {
        return headless(bytes, chunk.start() + HEADER, chunk.next(), size);
    }

    /** The pixels of a stream whose header was left out. */
    static int[] headless(byte[] bytes, int start, int end, ImageSize size) throws MalformedMedia {
        var in = new Vp8lBits(bytes, start, end);
        var transforms = new ArrayList<Vp8lTransform>();
        int width = size.width();
        int seen = 0;
        while (in.flag()) {
            int kind = in.number(2);
            if ((seen >> kind & 1) != 0) {
                throw new MalformedMedia("WebP: transform " + kind + " is there twice");
            }
            seen |= 1 << kind;
            Vp8lTransform transform = transform(in, kind, width, size.height());
            transforms.add(transform);
            width = coded(transform, width);
        }
        int[] pixels = Vp8lPixels.decode(in, width, size.height(), true);
        return undo(transforms, pixels, size);
    }

    private static Vp8lTransform transform(Vp8lBits in, int kind, int width, int height) throws MalformedMedia {
        if (kind == 2) {
            return new Vp8lTransform.Green();
        } else if (kind == 3) {
            int colors = 1 + in.number(8);
            int bits = colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3;
            return Vp8lTransform.Palette.of(bits, Vp8lPixels.decode(in, colors, 1, false));
        }
        int bits = 2 + in.number(3);
        int[] tiles = Vp8lPixels.decode(in, Vp8lPixels.tiles(width, bits), Vp8lPixels.tiles(height, bits), false);
        return kind == 0 ? new Vp8lPredictor(bits, tiles) : new Vp8lTransform.Colors(bits, tiles);
    }

    // The width that later transforms and the stream see.
    private static int coded(Vp8lTransform transform, int width) {
        return transform instanceof Vp8lTransform.Palette palette ? Vp8lPixels.tiles(width, palette.bits()) : width;
    }

    // The last is undone first. A palette alone changes the width, so that those before it see the whole one.
    private static int[] undo(List<Vp8lTransform> transforms, int[] pixels, ImageSize size) {
        int[] widths = new int[transforms.size()];
        int width = size.width();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width;
            width = coded(transforms.get(i), width);
        }
        int[] undone = pixels;
        for (int i = widths.length - 1; i >= 0; i--) {
            undone = transforms.get(i).undo(undone, widths[i], size.height());
        }
        return undone;
    }
}
