package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The frames of a video, an animation or a folder of pictures. Frames are decoded when they are asked for, and only those asked for are kept.
 *
 * <p>Every method throws {@link MediaException} where the file turns out to be damaged.
 */
public sealed interface FrameSource permits Animation, FolderFrames, Mp4File {
    /** How many frames there are. */
    int count();

    /** Frames per second, on average. */
    double fps();

    /** When a frame is shown, in seconds from the first. */
    double seconds(int frame);

    /** Height and width of the frames, as {@link #read} gives them. */
    ImageSize size();

    /**
     * Decodes frames.
     *
     * @param indices which, in rising order; the same may come twice
     * @return as many pictures; a frame that comes twice is one picture
     */
    List<RgbImage> read(int[] indices);

    /** Opens an MP4, GIF or WebP file, or a folder of pictures shown at 24 frames per second, within the default limits. */
    static FrameSource open(Path path) {
        return open(path, MediaLimits.DEFAULT);
    }

    /**
     * Opens a file or a folder.
     *
     * @throws MediaException if it holds no frames that can be read
     */
    static FrameSource open(Path path, MediaLimits limits) {
        if (Files.isDirectory(path)) {
            return FolderFrames.open(path, FolderFrames.FPS, limits);
        }
        String source = path.toString();
        byte[] bytes = Decoding.bytes(path, limits);
        return open(source, bytes, limits);
    }

    /**
     * Opens a file that is in memory.
     *
     * @param source what messages call it
     */
    static FrameSource open(String source, byte[] bytes, MediaLimits limits) {
        return Decoding.run(source, () -> switch (MediaFormat.of(bytes).orElse(null)) {
            case MP4 -> Mp4File.open(source, bytes, limits);
            case GIF -> Animation.of(source, GifFile.read(bytes, limits), limits);
            case WEBP -> Animation.of(source, WebpFile.read(bytes, limits), limits);
            case null -> throw new MalformedMedia("no video or animation of a known format (MP4, GIF, WebP)");
            default -> throw new MalformedMedia("a file of format " + MediaFormat.of(bytes).orElseThrow() + " has no frames");
        });
    }

    /** Refuses indices that are not there or not in rising order. */
    static void checkIndices(int[] indices, int count) {
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= count || i > 0 && indices[i] < indices[i - 1]) {
                throw new IllegalArgumentException("frames: indices must rise within 0 … " + (count - 1) + ", got " + indices[i] + " at place " + i);
            }
        }
    }

    /** What gives the frames of an animation one after the other; the array is reused. */
    @FunctionalInterface
    interface Canvas {
        /** The next frame, 0xAARRGGBB. */
        int[] advance() throws IOException;
    }
}
