package embedrl.models.message;

import java.awt.image.BufferedImage;
import java.util.List;

/** One part of what a user says to a model. Parts follow each other without a separator. */
public sealed interface Content {
    /** A text. */
    record Text(String text) implements Content {
    }

    /** A still picture. */
    sealed interface Picture extends Content {
    }

    /** An image that is the subject: a photo, a page, or one frame of a video that is shown as pictures. */
    record Image(BufferedImage image) implements Picture {
    }

    /** An image cut out as evidence: a crop or a key frame. */
    record Evidence(BufferedImage image) implements Picture {
    }

    /**
     * A video: the frames that were taken of it.
     *
     * @param frames  pictures of one size, in order
     * @param seconds the time of each
     */
    record Video(List<BufferedImage> frames, List<Double> seconds) implements Content {
        public Video {
            frames = List.copyOf(frames);
            seconds = List.copyOf(seconds);
            if (frames.isEmpty() || frames.size() != seconds.size())
                throw new IllegalArgumentException("video: needs a frame, and a time for each, got " + frames.size() + " frames and " + seconds.size() + " times");
        }
    }

    static Content text(String text) {
        return new Text(text);
    }

    /** Parts with neighboring texts joined and empty ones dropped. */
    static List<Content> joined(List<Content> parts) {
        List<Content> joined = new java.util.ArrayList<>();
        for (Content part : parts) {
            if (part instanceof Text(String text)) {
                if (text.isEmpty()) continue;
                if (!joined.isEmpty() && joined.getLast() instanceof Text(String before)) {
                    joined.set(joined.size() - 1, new Text(before + text));
                    continue;
                }
            }
            joined.add(part);
        }
        return joined;
    }
}
