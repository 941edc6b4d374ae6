package embedrl.models.media;

import embedrl.models.image.ImageSize;
import embedrl.models.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The pictures of a folder as the frames of a video, in the order of their names, numbers by value: frame-2 comes before frame-10. */
public final class FolderFrames implements FrameSource {
    /** The frames per second of a folder, which states none: the reference's assumption for videos without. */
    public static final double FPS = 24;

    private final List<Path> files;
    private final double fps;
    private final MediaLimits limits;
    private final ImageSize size;

    private FolderFrames(List<Path> files, double fps, MediaLimits limits) {
        this.files = files;
        this.fps = fps;
        this.limits = limits;
        this.size = image(files.getFirst()).size();
    }

    /**
     * Finds the pictures of a folder; other files and folders in it are left alone.
     *
     * @param fps frames per second, above 0
     * @throws MediaException if there is no picture in it
     */
    public static FolderFrames open(Path folder, double fps, MediaLimits limits) {
        if (!(fps > 0) || Double.isInfinite(fps)) {
            throw new IllegalArgumentException("folder of frames: frames per second must be above 0, got " + fps);
        }
        List<Path> files = Decoding.run(folder.toString(), () -> {
            try (var list = Files.list(folder)) {
                var pictures = new ArrayList<Path>();
                for (Path file : (Iterable<Path>) list.filter(Files::isRegularFile)::iterator) {
                    MediaFormat format = MediaFormat.of(Decoding.head(file)).orElse(null);
                    if (format != null && format != MediaFormat.MP4 && format != MediaFormat.PDF) {
                        pictures.add(file);
                    }
                }
                return pictures;
            }
        });
        if (files.isEmpty()) {
            throw new MediaException(folder.toString(), "has no picture that could be a frame (JPEG, PNG, WebP, GIF, BMP)");
        }
        if (files.size() > limits.maxFrames()) {
            throw new MediaException(folder.toString(), "a video may have at most " + limits.maxFrames() + " frames, this folder has " + files.size());
        }
        files.sort(Comparator.comparing(file -> file.getFileName().toString(), FolderFrames::compareNames));
        return new FolderFrames(List.copyOf(files), fps, limits);
    }

    @Override
    public int count() {
        return files.size();
    }

    @Override
    public double fps() {
        return fps;
    }

    @Override
    public double seconds(int frame) {
        return frame / fps;
    }

    @Override
    public ImageSize size() {
        return size;
    }

    @Override
    public List<RgbImage> read(int[] indices) {
        FrameSource.checkIndices(indices, count());
        var images = new ArrayList<RgbImage>(indices.length);
        for (int i = 0; i < indices.length; i++) {
            RgbImage image = i > 0 && indices[i] == indices[i - 1] ? images.getLast() : image(files.get(indices[i]));
            if (!image.size().equals(size)) {
                throw new MediaException(files.get(indices[i]).toString(), "all frames must have one size: the first has " + size + ", this one has " + image.size());
            }
            images.add(image);
        }
        return images;
    }

    private RgbImage image(Path file) {
        return ImageFile.read(file, ImageOpening.SHOWN, limits);
    }

    private static int compareNames(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int endA = digits(a, i);
            int endB = digits(b, j);
            int order;
            if (endA > i && endB > j) {
                String left = a.substring(i, endA).replaceFirst("^0+", "");
                String right = b.substring(j, endB).replaceFirst("^0+", "");
                order = left.length() != right.length() ? Integer.compare(left.length(), right.length()) : left.compareTo(right);
                i = endA;
                j = endB;
            } else {
                order = Character.compare(a.charAt(i++), b.charAt(j++));
            }
            if (order != 0) {
                return order;
            }
        }
        int rest = Integer.compare(a.length() - i, b.length() - j);
        return rest != 0 ? rest : a.compareTo(b);
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }
}
