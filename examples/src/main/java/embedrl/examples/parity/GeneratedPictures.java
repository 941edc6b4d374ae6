package embedrl.examples.parity;

import java.awt.image.BufferedImage;

/** Pictures of slopes and noise in a checker pattern, the same for the same size and seed anywhere. */
final class GeneratedPictures {
    private GeneratedPictures() {
    }

    static BufferedImage of(int height, int width, int seed) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean noisy = (x / 9 + y / 7 + seed) % 3 == 0;
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    rgb = rgb << 8 | (noisy ? noise(x, y, channel, seed) : slope(x, y, channel, seed));
                }
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    private static int slope(int x, int y, int channel, int seed) {
        int value = (x * 3 + y * 5 + channel * 70 + seed * 11) / 2 % 511;
        return value > 255 ? 510 - value : value;
    }

    // The low 32 bits of each product and sum, which is what int arithmetic keeps.
    private static int noise(int x, int y, int channel, int seed) {
        int value = x * 374761393 + y * 668265263 + channel * 97 + seed * 1274126177;
        return (value ^ value >>> 13) * 1103515245 >>> 24;
    }
}
