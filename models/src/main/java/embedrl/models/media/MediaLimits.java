package embedrl.models.media;

import java.time.Duration;

/**
 * What a media file may ask for; checked before memory is taken.
 *
 * @param maxPixels the most pixels of one image, frame or rendered page
 * @param maxFrames the most frames or pages of one file
 * @param maxBytes  the largest file
 * @param time      how long one call may decode video or render pages
 */
public record MediaLimits(long maxPixels, int maxFrames, long maxBytes, Duration time) {
    /** 64 million pixels, a million frames, 1 GiB, one minute. */
    public static final MediaLimits DEFAULT = new MediaLimits(64L << 20, 1 << 20, 1L << 30, Duration.ofMinutes(1));

    /** Checks that everything leaves room. */
    public MediaLimits {
        if (maxPixels < 1 || maxFrames < 1 || maxBytes < 1 || !time.isPositive()) {
            throw new IllegalArgumentException("media limits: all must be above 0, got " + maxPixels + " pixels, " + maxFrames + " frames, "
                    + maxBytes + " bytes, " + time);
        }
    }

    /** Other limits with another number of pixels. */
    public MediaLimits withMaxPixels(long pixels) {
        return new MediaLimits(pixels, maxFrames, maxBytes, time);
    }

    /** Other limits with another time. */
    public MediaLimits withTime(Duration limit) {
        return new MediaLimits(maxPixels, maxFrames, maxBytes, limit);
    }

    /** Refuses a picture that is too large or has no pixels. */
    void checkSize(long width, long height) throws MalformedMedia {
        if (width < 1 || height < 1) {
            throw new MalformedMedia("a picture needs a pixel, this one has " + width + " × " + height);
        }
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE || width * height > maxPixels) {
            throw new MalformedMedia("a picture may have at most " + maxPixels + " pixels, this one has " + width + " × " + height);
        }
    }
}
