package embedrl.models.message;

import embedrl.models.input.VisualInput;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An image encoder for tests: an image of width × height pixels becomes a grid of that many patches of the given width, filled with the top left pixel's
 * color; evidence has one number more in its first place.
 */
public record PatchCounts(int patchWidth) implements ImageEncoder {
    @Override
    public VisualInput subject(BufferedImage image) {
        float[] patches = new float[image.getWidth() * image.getHeight() * patchWidth];
        java.util.Arrays.fill(patches, (image.getRGB(0, 0) & 0xff) / 255f);
        return new VisualInput(image.getHeight(), image.getWidth(), patches);
    }

    @Override
    public VisualInput evidence(BufferedImage image) {
        VisualInput subject = subject(image);
        subject.patches()[0]++;
        return subject;
    }

    @Override
    public List<VisualInput> video(List<BufferedImage> frames) {
        return IntStream.range(0, (frames.size() + 1) / 2).mapToObj(pair -> subject(frames.get(2 * pair))).toList();
    }

    @Override
    public int framesPerPatch() {
        return 2;
    }

    /** An image of columns × rows patches. */
    public static BufferedImage image(int rows, int columns, int blue) {
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, blue);
        return image;
    }
}
