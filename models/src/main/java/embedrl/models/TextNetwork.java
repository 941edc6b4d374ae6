package embedrl.models;

import embedrl.models.bert.BertEncoder;
import embedrl.models.bert.BertInputs;
import embedrl.models.bert.Pooling;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.tokenizer.Encoding;
import embedrl.nn.Module;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.List;

/** A network that gives each token of a text a state: what a {@link TextEmbedder} needs of it. Texts of a batch are padded behind their ends. */
sealed interface TextNetwork {
    /** The weights. */
    Module model();

    /** Width of a state, D. */
    int width();

    /** Longest text that the network was made for. */
    int maxTokens();

    /** How many types of tokens it tells apart. */
    int types();

    /** What it is called in messages. */
    String kind();

    /** The graph of a batch: one vector a text, [B, D]. */
    Tensor pooled(int batch, int length, Pooling pooling);

    /** Gives a program of {@link #pooled} its inputs. */
    void set(Program program, int length, List<Encoding> texts);

    /** A BERT encoder: each token sees all others. */
    record Encoder(BertEncoder model) implements TextNetwork {
        @Override
        public int width() {
            return model.config().hiddenSize();
        }

        @Override
        public int maxTokens() {
            return model.config().maxPositionEmbeddings();
        }

        @Override
        public int types() {
            return model.config().typeVocabSize();
        }

        @Override
        public String kind() {
            return "a BERT encoder";
        }

        @Override
        public Tensor pooled(int batch, int length, Pooling pooling) {
            BertInputs in = BertInputs.of(batch, length);
            return pooling.forward(model.hidden(in), in.lengths());
        }

        @Override
        public void set(Program program, int length, List<Encoding> texts) {
            int[] tokens = new int[texts.size() * length];
            int[] types = new int[tokens.length];
            int[] lengths = new int[texts.size()];
            for (int b = 0; b < lengths.length; b++) {
                Encoding text = texts.get(b);
                System.arraycopy(text.ids(), 0, tokens, b * length, text.length());
                System.arraycopy(text.typeIds(), 0, types, b * length, text.length());
                lengths[b] = text.length();
            }
            program.set("tokens", tokens).set("types", types).set("lengths", lengths);
        }
    }

    /**
     * A causal language model: each token sees those before it.
     *
     * @param maxTokens tokens that it was trained for
     */
    record Language(LanguageModel model, int maxTokens) implements TextNetwork {
        private static final int NO_PLACEHOLDER = -1;

        @Override
        public int width() {
            return model.config().hiddenSize();
        }

        @Override
        public int types() {
            return Integer.MAX_VALUE;   // it reads none
        }

        @Override
        public String kind() {
            return "a language model without vision";
        }

        private static SequenceLayout layout(int batch, int length) {
            return new SequenceLayout(batch, length, List.of());
        }

        @Override
        public Tensor pooled(int batch, int length, Pooling pooling) {
            PackedInputs in = PackedInputs.of("", layout(batch, length), model.config());
            return pooling.forward(model.hidden(in), in.lengths());
        }

        @Override
        public void set(Program program, int length, List<Encoding> texts) {
            List<Sequence> sequences = texts.stream().map(text -> new Sequence(text.ids(), NO_PLACEHOLDER, List.of())).toList();
            PackedBatch.of(sequences, layout(texts.size(), length), model.config()).setOn(program, "");
        }
    }
}
