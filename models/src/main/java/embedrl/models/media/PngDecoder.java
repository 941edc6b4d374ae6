package embedrl.models.media;

import embedrl.models.image.ImageSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;

/**
 * Decodes PNG files of every color type and depth, with the values that Pillow and libpng take: gamma and color profiles are ignored, 16-bit color is cut to
 * its high byte.
 */
final class PngDecoder {
    private static final int SIGNATURE = 8;
    private static final int[] PASS_X = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] PASS_Y = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] STEP_X = {8, 8, 4, 4, 2, 2, 1};
    private static final int[] STEP_Y = {8, 8, 8, 4, 4, 2, 2};

    private final byte[] bytes;
    private final MediaLimits limits;
    private PngHeader header;
    private byte[] palette = {};
    private byte[] transparency = {};
    private int orientation = Orientation.UPRIGHT;
    private final List<InputStream> data = new ArrayList<>();

    private PngDecoder(byte[] bytes, MediaLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
    }

    static Raster decode(byte[] bytes, ImageOpening opening, MediaLimits limits) throws IOException {
        var decoder = new PngDecoder(bytes, limits);
        decoder.readChunks();
        return decoder.pixels(opening);
    }

    private void readChunks() throws MalformedMedia {
        var cursor = new ByteCursor(bytes, SIGNATURE, bytes.length, false);
        while (cursor.left() > 0) {
            long length = cursor.u32();
            int nameAt = cursor.position();
            String name = cursor.name();
            int at = cursor.position();
            cursor.skip(length);
            int end = cursor.position();
            long checksum = cursor.u32();
            boolean critical = Character.isUpperCase(name.charAt(0));
            if (critical) {
                var crc = new CRC32();
                crc.update(bytes, nameAt, end - nameAt);
                if (crc.getValue() != checksum) {
                    throw new MalformedMedia("PNG: the checksum of chunk " + name + " does not match its bytes");
                }
            }
            if (header == null && !name.equals("IHDR")) {
                throw new MalformedMedia("PNG: the first chunk must be IHDR, got " + name);
            }
            switch (name) {
                case "IHDR" -> header = header(at, end);
                case "PLTE" -> palette = Arrays.copyOfRange(bytes, at, end);
                case "tRNS" -> transparency = Arrays.copyOfRange(bytes, at, end);
                case "eXIf" -> orientation = Orientation.of(bytes, at, end);
                case "IDAT" -> data.add(new ByteArrayInputStream(bytes, at, end - at));
                case "IEND" -> {
                    return;
                }
                default -> {
                    if (critical) {
                        throw new MalformedMedia("PNG: unknown critical chunk " + name);
                    }
                }
            }
        }
        if (data.isEmpty()) {
            throw new MalformedMedia("PNG: truncated before the pixels");
        }
    }

    private PngHeader header(int at, int end) throws MalformedMedia {
        if (header != null || end - at != 13) {
            throw new MalformedMedia("PNG: needs one IHDR of 13 bytes");
        }
        PngHeader read = PngHeader.read(new ByteCursor(bytes, at, end, false));
        limits.checkSize(read.width(), read.height());
        return read;
    }

    private Raster pixels(ImageOpening opening) throws IOException {
        if (header == null || data.isEmpty()) {
            throw new MalformedMedia("PNG: has no pixels");
        }
        var colors = new PngColors(header, palette, transparency, opening);
        int width = header.width();
        var argb = new int[Math.multiplyExact(width, header.height())];
        try (var in = new InflaterInputStream(new SequenceInputStream(Collections.enumeration(data)))) {
            if (header.interlaced()) {
                for (int pass = 0; pass < 7; pass++) {
                    int columns = (width - PASS_X[pass] + STEP_X[pass] - 1) / STEP_X[pass];
                    int rows = (header.height() - PASS_Y[pass] + STEP_Y[pass] - 1) / STEP_Y[pass];
                    if (columns > 0 && rows > 0) {
                        readRows(in, colors, columns, rows, argb, PASS_Y[pass] * width + PASS_X[pass], STEP_Y[pass] * width, STEP_X[pass]);
                    }
                }
            } else {
                readRows(in, colors, width, header.height(), argb, 0, width, 1);
            }
        }
        return new Raster(new ImageSize(header.height(), width), argb, colors.transparent(), orientation);
    }

    private void readRows(InputStream in, PngColors colors, int columns, int rows, int[] argb, int offset, int rowStep, int columnStep)
            throws IOException {
        int length = Math.toIntExact(((long) columns * header.bitsPerPixel() + 7) / 8);
        int back = Math.max(1, header.bitsPerPixel() / 8);
        byte[] row = new byte[length];
        byte[] above = new byte[length];
        for (int y = 0; y < rows; y++) {
            int filter = in.read();
            if (filter < 0 || in.readNBytes(row, 0, length) < length) {
                throw new MalformedMedia("PNG: the pixels are truncated");
            }
            unfilter(filter, row, above, back);
            colors.convert(row, columns, argb, offset + y * rowStep, columnStep);
            byte[] free = above;
            above = row;
            row = free;
        }
    }

    private static void unfilter(int filter, byte[] row, byte[] above, int back) throws MalformedMedia {
        int length = row.length;
        switch (filter) {
            case 0 -> { }
            case 1 -> {
                for (int i = back; i < length; i++) {
                    row[i] += row[i - back];
                }
            }
            case 2 -> {
                for (int i = 0; i < length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < length; i++) {
                    int left = i < back ? 0 : row[i - back] & 255;
                    row[i] += (byte) (left + (above[i] & 255) >> 1);
                }
            }
            case 4 -> {
                for (int i = 0; i < Math.min(back, length); i++) {
                    row[i] += above[i];
                }
                for (int i = back; i < length; i++) {
                    row[i] += (byte) paeth(row[i - back] & 255, above[i] & 255, above[i - back] & 255);
                }
            }
            default -> throw new MalformedMedia("PNG: unknown row filter " + filter);
        }
    }

    private static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }
}
