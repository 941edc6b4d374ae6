package embedrl.models.image;

/**
 * Height and width of an image in pixels.
 *
 * @param height rows
 * @param width  columns
 */
public record ImageSize(int height, int width) {
    /** Checks that both sides have a pixel. */
    public ImageSize {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("image size: both sides need a pixel, got " + height + " × " + width);
        }
    }

    /** How many pixels there are. */
    public long pixels() {
        return (long) height * width;
    }

    @Override
    public String toString() {
        return height + " × " + width;
    }
}
