package embedrl.models.media;

/** What was done to the pixels of a lossless WebP picture before they were coded, to be undone. */
sealed interface Vp8lTransform permits Vp8lTransform.Green, Vp8lTransform.Colors, Vp8lTransform.Palette, Vp8lPredictor {
    /** Undoes it, in place where the number of pixels stays. */
    int[] undo(int[] pixels, int width, int height);

    /** Green was subtracted from red and blue. */
    record Green() implements Vp8lTransform {
        @Override
        public int[] undo(int[] pixels, int width, int height) {
            for (int i = 0; i < pixels.length; i++) {
                int green = pixels[i] >> 8 & 255;
                pixels[i] = pixels[i] & 0xff00ff00 | (pixels[i] & 0xff00ff) + (green << 16 | green) & 0xff00ff;
            }
            return pixels;
        }
    }

    /**
     * Multiples of green and red were subtracted from red and blue.
     *
     * @param bits    tiles have a size of 2^bits
     * @param factors one pixel per tile, which holds three signed factors in 32nds
     */
    record Colors(int bits, int[] factors) implements Vp8lTransform {
        @Override
        public int[] undo(int[] pixels, int width, int height) {
            int perRow = Vp8lPixels.tiles(width, bits);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int factor = factors[(y >> bits) * perRow + (x >> bits)];
                    int pixel = pixels[y * width + x];
                    int green = (byte) (pixel >> 8);
                    int red = (pixel >> 16) + ((byte) factor * green >> 5) & 255;
                    int blue = pixel + ((byte) (factor >> 8) * green >> 5) + ((byte) (factor >> 16) * (byte) red >> 5) & 255;
                    pixels[y * width + x] = pixel & 0xff00ff00 | red << 16 | blue;
                }
            }
            return pixels;
        }
    }

    /**
     * Colors were replaced by their place in a palette; several places share a pixel's green where they are small.
     *
     * @param bits    a pixel holds 2^bits places
     * @param palette a color for each place that can occur, transparent black where none is stated
     */
    record Palette(int bits, int[] palette) implements Vp8lTransform {
        /** A palette of colors that are coded as steps. */
        static Palette of(int bits, int[] steps) {
            int[] palette = new int[Math.max(steps.length, 1 << (8 >> bits))];
            for (int i = 0, last = 0; i < steps.length; i++) {
                last = add(last, steps[i]);
                palette[i] = last;
            }
            return new Palette(bits, palette);
        }

        @Override
        public int[] undo(int[] pixels, int width, int height) {
            int[] colors = new int[width * height];
            int perRow = Vp8lPixels.tiles(width, bits);
            int placeBits = 8 >> bits;
            int mask = (1 << placeBits) - 1;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int packed = pixels[y * perRow + (x >> bits)] >> 8 & 255;
                    int place = packed >> (x & (1 << bits) - 1) * placeBits & mask;
                    colors[y * width + x] = palette[place];
                }
            }
            return colors;
        }
    }

    /** Adds each channel, without carries between them. */
    static int add(int a, int b) {
        return (a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00 | (a & 0xff00ff) + (b & 0xff00ff) & 0xff00ff;
    }
}
