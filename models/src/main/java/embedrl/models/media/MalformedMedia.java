package embedrl.models.media;

import java.io.IOException;

/** What a decoder says about bytes that it cannot read; {@link Decoding} adds the file's name. */
final class MalformedMedia extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedMedia(String message) {
        super(message);
    }
}
