package embedrl.datasets.scenes;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;

/** Shrinks pictures with transparency so that each pixel is the exact mean of the area it covers. */
final class AreaScaler {
    private static final int NEARLY_TRANSPARENT = 16;

    private AreaScaler() {}

    /** Returns the picture without its transparent margins, fitted into a transparent square, [size, size], with edges that stay free; TYPE_INT_ARGB. */
    static BufferedImage fit(BufferedImage picture, int size, int edge) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        Rectangle shown = shown(picture);
        double step = (double) Math.max(shown.width, shown.height) / (size - 2 * edge);
        double left = shown.getCenterX() - step * size / 2;
        double top = shown.getCenterY() - step * size / 2;
        int[] source = picture.getRGB(0, 0, width, height, null, 0, width);
        BufferedImage scaled = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                scaled.setRGB(x, y, mean(source, width, height, left + x * step, top + y * step, step));
            }
        }
        return scaled;
    }

    /** Returns the picture with a white rim, one pixel wide, so that it stands out from any ground; same size, TYPE_INT_ARGB. */
    static BufferedImage rim(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        BufferedImage rimmed = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int strongest = 0;
                for (int j = Math.max(0, y - 1); j <= Math.min(height - 1, y + 1); j++) {
                    for (int i = Math.max(0, x - 1); i <= Math.min(width - 1, x + 1); i++) {
                        strongest = Math.max(strongest, picture.getRGB(i, j) >>> 24);
                    }
                }
                rimmed.setRGB(x, y, strongest << 24 | 0xFFFFFF);
            }
        }
        Graphics2D graphics = rimmed.createGraphics();
        graphics.drawImage(picture, 0, 0, null);
        graphics.dispose();
        return rimmed;
    }

    /** Returns the smallest rectangle around what is not nearly transparent, or the whole picture if all of it is. */
    private static Rectangle shown(BufferedImage picture) {
        Rectangle shown = new Rectangle(-1, -1);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if (picture.getRGB(x, y) >>> 24 > NEARLY_TRANSPARENT) {
                    shown.add(new Rectangle(x, y, 1, 1));
                }
            }
        }
        return shown.isEmpty() ? new Rectangle(picture.getWidth(), picture.getHeight()) : shown;
    }

    /** Returns the mean color of a square; what lies outside the picture is transparent. */
    private static int mean(int[] source, int width, int height, double left, double top, double side) {
        double alpha = 0;
        double red = 0;
        double green = 0;
        double blue = 0;
        for (int y = Math.max(0, (int) Math.floor(top)); y < Math.min(height, top + side); y++) {
            double rows = Math.min(y + 1, top + side) - Math.max(y, top);
            for (int x = Math.max(0, (int) Math.floor(left)); x < Math.min(width, left + side); x++) {
                int pixel = source[y * width + x];
                double weight = rows * (Math.min(x + 1, left + side) - Math.max(x, left)) * (pixel >>> 24);
                alpha += weight;
                red += weight * (pixel >> 16 & 0xFF);
                green += weight * (pixel >> 8 & 0xFF);
                blue += weight * (pixel & 0xFF);
            }
        }
        if (alpha == 0) {
            return 0;
        }
        return (int) Math.round(alpha / (side * side)) << 24 | (int) Math.round(red / alpha) << 16 | (int) Math.round(green / alpha) << 8
                | (int) Math.round(blue / alpha);
    }
}
