package embedrl.models.media;

/**
 * A prediction from the pixels to the left and above was subtracted.
 *
 * @param bits  tiles have a size of 2^bits
 * @param modes one pixel per tile, whose green says how it is predicted
 */
record Vp8lPredictor(int bits, int[] modes) implements Vp8lTransform {
    private static final int BLACK = 255 << 24;

    @Override
    public int[] undo(int[] pixels, int width, int height) {
        int perRow = Vp8lPixels.tiles(width, bits);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                int predicted;
                if (y == 0) {
                    predicted = x == 0 ? BLACK : pixels[at - 1];
                } else if (x == 0) {
                    predicted = pixels[at - width];
                } else {
                    int mode = modes[(y >> bits) * perRow + (x >> bits)] >> 8 & 15;
                    // Behind the right edge stands the first pixel of this row.
                    predicted = predict(mode, pixels[at - 1], pixels[at - width - 1], pixels[at - width], pixels[at - width + 1]);
                }
                pixels[at] = Vp8lTransform.add(pixels[at], predicted);
            }
        }
        return pixels;
    }

    private static int predict(int mode, int left, int corner, int above, int right) {
        return switch (mode) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> right;
            case 4 -> corner;
            case 5 -> mean(mean(left, right), above);
            case 6 -> mean(left, corner);
            case 7 -> mean(left, above);
            case 8 -> mean(corner, above);
            case 9 -> mean(above, right);
            case 10 -> mean(mean(left, corner), mean(above, right));
            case 11 -> nearer(left, corner, above);
            case 12 -> gradient(left, corner, above);
            case 13 -> halfGradient(mean(left, above), corner);
            default -> BLACK;
        };
    }

    // Of each channel, rounded down.
    private static int mean(int a, int b) {
        return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
    }

    // The one of left and above to which left + above − corner is nearer, over all channels.
    private static int nearer(int left, int corner, int above) {
        int difference = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int c = corner >> shift & 255;
            difference += Math.abs((left >> shift & 255) - c) - Math.abs((above >> shift & 255) - c);
        }
        return difference <= 0 ? above : left;
    }

    private static int gradient(int left, int corner, int above) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            result |= Vp8Plane.clamp((left >> shift & 255) + (above >> shift & 255) - (corner >> shift & 255)) << shift;
        }
        return result;
    }

    private static int halfGradient(int mean, int corner) {
        int result = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = mean >> shift & 255;
            result |= Vp8Plane.clamp(value + (value - (corner >> shift & 255)) / 2) << shift;
        }
        return result;
    }
}
