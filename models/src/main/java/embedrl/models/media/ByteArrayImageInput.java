package embedrl.models.media;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of a file for ImageIO's readers. Who goes on reading behind the end is stopped after a while: some readers take what is missing for zeros, and
 * a damaged file would keep them busy for minutes.
 */
final class ByteArrayImageInput extends ImageInputStreamImpl {
    private static final int READS_BEHIND_END = 256;

    private final byte[] bytes;
    private int behind;

    ByteArrayImageInput(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        return atEnd() ? -1 : bytes[(int) streamPos++] & 255;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkClosed();
        bitOffset = 0;
        if (length == 0) {
            return 0;
        } else if (atEnd()) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    private boolean atEnd() throws MalformedMedia {
        if (streamPos < bytes.length) {
            return false;
        }
        if (++behind > READS_BEHIND_END) {
            throw new MalformedMedia("the pixels are truncated or damaged: the decoder reads behind the end");
        }
        return true;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
