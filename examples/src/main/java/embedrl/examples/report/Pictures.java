package embedrl.examples.report;

import embedrl.embedrl.tcot.PixelBox;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/** Makes pictures for a page: items with the evidence of a T-CoT drawn on them, as data URIs. */
final class Pictures {
    private static final Color BOX = new Color(0xE6, 0x00, 0x5C);
    private static final int GAP = 4;

    private Pictures() {
    }

    /** A picture with boxes around what was pointed at, enlarged by a whole factor so that small art stays crisp. */
    static BufferedImage withBoxes(BufferedImage picture, List<PixelBox> boxes, int scale) {
        var copy = enlarged(picture, scale);
        Graphics2D graphics = smooth(copy);
        for (PixelBox box : boxes) {
            outline(graphics, box.x() * scale, box.y() * scale, box.width() * scale, box.height() * scale);
        }
        graphics.dispose();
        return copy;
    }

    /** The frames of a video side by side, those that were pointed at outlined. */
    static BufferedImage strip(List<BufferedImage> frames, List<Integer> keyFrames) {
        int width = frames.stream().mapToInt(frame -> frame.getWidth() + GAP).sum() - GAP;
        int height = frames.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
        var strip = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = smooth(strip);
        int x = 0;
        for (int i = 0; i < frames.size(); i++) {
            BufferedImage frame = frames.get(i);
            graphics.drawImage(frame, x, 0, null);
            if (keyFrames.contains(i)) {
                outline(graphics, x, 0, frame.getWidth(), frame.getHeight());
            }
            x += frame.getWidth() + GAP;
        }
        graphics.dispose();
        return strip;
    }

    /** White below the color, so that the line is seen on any ground. */
    private static void outline(Graphics2D graphics, int x, int y, int width, int height) {
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(6));
        graphics.drawRect(x + 2, y + 2, width - 5, height - 5);
        graphics.setColor(BOX);
        graphics.setStroke(new BasicStroke(3));
        graphics.drawRect(x + 2, y + 2, width - 5, height - 5);
    }

    private static BufferedImage enlarged(BufferedImage picture, int scale) {
        var copy = new BufferedImage(picture.getWidth() * scale, picture.getHeight() * scale, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = copy.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(picture, 0, 0, copy.getWidth(), copy.getHeight(), null);
        graphics.dispose();
        return copy;
    }

    private static Graphics2D smooth(BufferedImage picture) {
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        return graphics;
    }

    /** A picture as the source of an {@code img} element. */
    static String dataUri(BufferedImage picture) {
        var bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, "png", bytes)) {
                throw new IllegalArgumentException("png: no writer for pictures of type " + picture.getType());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
