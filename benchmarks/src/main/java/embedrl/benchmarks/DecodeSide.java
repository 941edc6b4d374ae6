package embedrl.benchmarks;

import embedrl.models.decoder.DecoderConfig;
import java.io.IOException;
import java.util.Map;

/** A library that decodes the model of a case; a process measures one. */
abstract class DecodeSide implements Side {
    private final boolean quick;
    private DecodeLoop loop;
    private int batch;

    DecodeSide(boolean quick) {
        this.quick = quick;
    }

    /** What a library does not do. */
    static final class Unable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unable(String reason) {
            super(reason);
        }
    }

    /** Opens a case, or throws {@link Unable}; other failures of the library are told too. */
    abstract DecodeSession open(DecoderConfig config, DecodeCase.Model c) throws IOException;

    @Override
    public final Map<String, Object> warm(String workload) {
        if (!(DecodeCase.named(workload) instanceof DecodeCase.Model c)) throw new IllegalArgumentException("decode: '" + workload + "' is no model");
        try {
            batch = c.batch();
            loop = new DecodeLoop(open(DecodeModel.CONFIG, c), batch);
            var logits = loop.check(DecodeModel.CONFIG.vocabSize());
            CallTimer.warm(loop::step, 1, DecodeLoop.warmUp(quick));
            return Map.of("logits", logits);
        } catch (IOException | LinkageError | RuntimeException failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) cause = cause.getCause();
            return Map.of("unsupported", cause instanceof Unable ? cause.getMessage() : "fails with " + cause);
        }
    }

    @Override
    public final Map<String, Object> round(String workload) {
        return Map.of("value", 1e9 * CallTimer.rate(loop::step, batch, DecodeLoop.round(quick)));
    }
}
