package embedrl.benchmarks;

import embedrl.models.decoder.DecoderConfig;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Decoding with llama.cpp, from GGUF files that are written here; {@link #VARIABLE} names the folder of its shared libraries. */
final class LlamaCpp extends DecodeSide {
    /** The folder that holds libllama, libggml and ggml's libraries for processors. */
    static final String VARIABLE = "EMBEDRL_PEER_LLAMA";

    private final LlamaLibrary library;
    private final int threads;

    private LlamaCpp(LlamaLibrary library, int threads, boolean quick) {
        super(quick);
        this.library = library;
        this.threads = threads;
    }

    static LlamaCpp open(int threads, boolean quick) throws PeerMissing {
        String folder = System.getenv(VARIABLE);
        if (folder == null) throw new PeerMissing("set " + VARIABLE + " to the folder of its shared libraries");
        return new LlamaCpp(LlamaLibrary.open(Path.of(folder), Native.narrow()), threads, quick);
    }

    @Override
    DecodeSession open(DecoderConfig config, DecodeCase.Model c) throws IOException {
        Path file = Files.createTempFile("decode-", ".gguf");
        try {
            DecodeModel.saveGguf(config, c.weights(), file);
            return session(library.load(file, c.batch() * DecodeModel.CAPACITY, c.batch(), threads), config, c.batch());
        } finally {
            Files.deleteIfExists(file);   // what is mapped stays
        }
    }

    private DecodeSession session(MemorySegment context, DecoderConfig config, int sequences) {
        LlamaLibrary.Batch batch = library.batch(sequences, Arena.global());
        float[] logits = new float[sequences * config.vocabSize()];
        return new DecodeSession() {
            private int next;

            @Override
            public void step(int[] tokens, int row) {
                if (row < next) library.forget(context, row);
                next = row + 1;
                library.decode(context, batch, tokens, row);
                library.logits(context, logits);
                for (int s = 0; s < sequences; s++) tokens[s] = DecodeSession.largest(logits, s, config.vocabSize());
            }

            @Override
            public float[] logits() {
                return logits;
            }
        };
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of("name", "llama.cpp " + library.version() + ", " + threads + " threads");
    }
}
