package embedrl.models.media;

import embedrl.models.image.RgbImage;

/** The ways to open an image file; the reference processor has the first two. */
public enum ImageOpening {
    /** As a picture handed over opened: the stored orientation stays, transparency is laid on white, 16-bit grey is clipped at 255. */
    OPENED(false, RgbImage.Alpha.ON_WHITE),
    /** As a path handed over: turned upright by the EXIF orientation; transparency is dropped and the stored colors show. */
    PATH(true, RgbImage.Alpha.DROP),
    /** As a viewer shows it: turned upright, transparency laid on white, 16-bit values scaled to 8 bits. */
    SHOWN(true, RgbImage.Alpha.ON_WHITE);

    private final boolean upright;
    private final RgbImage.Alpha alpha;

    ImageOpening(boolean upright, RgbImage.Alpha alpha) {
        this.upright = upright;
        this.alpha = alpha;
    }

    /** Tells whether the EXIF orientation is applied. */
    public boolean upright() {
        return upright;
    }

    /** What happens to transparency. */
    public RgbImage.Alpha alpha() {
        return alpha;
    }
}
