package embedrl.datasets;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Converts images to the pixel layout that items use. */
public final class Pixels {
    private Pixels() {}

    /** Returns the image as {@code TYPE_INT_RGB}; transparent parts show white. The argument is not modified and is returned as it is when it fits. */
    public static BufferedImage rgb(BufferedImage image) {
        if (image.getType() == BufferedImage.TYPE_INT_RGB) {
            return image;
        }
        BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = copy.createGraphics();
        graphics.drawImage(image, 0, 0, Color.WHITE, null);
        graphics.dispose();
        return copy;
    }

    /** Returns a copy of a rectangle of the image, in pixels. */
    public static BufferedImage crop(BufferedImage image, int x, int y, int width, int height) {
        BufferedImage copy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        copy.setRGB(0, 0, width, height, image.getRGB(x, y, width, height, null, 0, width), 0, width);
        return copy;
    }
}
