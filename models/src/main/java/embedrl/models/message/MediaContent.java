package embedrl.models.message;

import embedrl.models.image.RgbImage;
import embedrl.models.image.VideoSampling;
import embedrl.models.media.FrameSource;
import embedrl.models.media.ImageFile;
import embedrl.models.media.SampledVideo;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads pictures and videos as parts of a message; errors of files are {@link embedrl.models.media.MediaException}s. */
public final class MediaContent {
    private MediaContent() {
    }

    /** A JPEG, PNG, WebP, GIF or BMP picture as a viewer shows it. */
    public static Content.Image image(Path file) {
        return new Content.Image(ImageFile.read(file).toBufferedImage());
    }

    /** Frames of an MP4, GIF or WebP file or of a folder of pictures, taken by a rule. */
    public static Content.Video video(Path file, VideoSampling sampling) {
        SampledVideo video = SampledVideo.of(FrameSource.open(file), sampling);
        return new Content.Video(video.frames().stream().map(RgbImage::toBufferedImage).toList(),
                Arrays.stream(video.indices()).mapToObj(index -> index / video.fps()).toList());
    }
}
