package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;

/** The frames of a GIF or WebP file, each laid on those before it as the file says, and on white where nothing covers it. */
public final class Animation implements FrameSource {
    private final String source;
    private final ImageSize canvas;
    private final double[] starts;   // one more than there are frames: the last is the end
    private final Supplier<Canvas> canvases;
    private final MediaLimits limits;

    private Animation(String source, ImageSize canvas, int count, IntToDoubleFunction durations, Supplier<Canvas> canvases, MediaLimits limits) {
        this.source = source;
        this.canvas = canvas;
        this.canvases = canvases;
        this.limits = limits;
        this.starts = new double[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i + 1] = starts[i] + durations.applyAsDouble(i);
        }
    }

    static Animation of(String source, GifFile gif, MediaLimits limits) {
        return new Animation(source, gif.canvas(), gif.count(), gif::seconds, () -> gif.canvasOf()::advance, limits);
    }

    static Animation of(String source, WebpFile webp, MediaLimits limits) {
        return new Animation(source, webp.canvas(), webp.count(), webp::seconds, () -> webp.canvasOf()::advance, limits);
    }

    @Override
    public int count() {
        return starts.length - 1;
    }

    @Override
    public double fps() {
        return count() / starts[count()];
    }

    @Override
    public double seconds(int frame) {
        return starts[frame];
    }

    @Override
    public ImageSize size() {
        return canvas;
    }

    @Override
    public List<RgbImage> read(int[] indices) {
        FrameSource.checkIndices(indices, count());
        return Decoding.timed(source, limits, () -> {
            var images = new ArrayList<RgbImage>(indices.length);
            Canvas frames = canvases.get();
            int[] argb = null;
            for (int i = 0, at = -1; i < indices.length; i++) {
                if (at == indices[i]) {
                    images.add(images.getLast());
                    continue;
                }
                for (; at < indices[i]; at++) {
                    if (Thread.interrupted()) {
                        throw new MalformedMedia("decoding was interrupted");
                    }
                    argb = frames.advance();
                }
                int[] pixels = argb.clone();
                RgbImage.layOnWhite(pixels);
                images.add(new RgbImage(canvas, pixels));
            }
            return images;
        });
    }
}
