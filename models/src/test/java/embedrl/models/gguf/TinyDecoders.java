package embedrl.models.gguf;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.DecoderConfig.Family;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.tensor.Seed;

/** Small decoders with random weights. */
final class TinyDecoders {
    private TinyDecoders() {
    }

    static Decoder of(Family family, boolean bias, boolean tied) {
        return new Decoder(new DecoderConfig(family, 96, 64, 128, 2, 4, 2, 32, 1e-5f, new RopeFrequencies.Plain(50000), bias, false, tied), new Seed(7));
    }
}
