package embedrl.models.bert;

import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.models.onnx.OnnxModel;
import embedrl.nn.checkpoint.DurableFiles;
import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads BERT encoders from Hugging Face folders and ONNX files, and saves them as Hugging Face folders. */
public final class BertCheckpoint {
    private BertCheckpoint() {
    }

    /** Reads {@code config.json} and the safetensors files of a folder. Names may begin with {@code bert.}; a pooler may be absent. */
    public static BertEncoder load(Path folder) throws IOException {
        BertConfig config = BertConfigFile.read(folder.resolve(BertConfigFile.NAME));
        try (SafetensorsFolder files = SafetensorsFolder.open(folder)) {
            return assembled(config, BertWeights.of(folder.toString(), files));
        }
    }

    /** Reads the weights of an ONNX graph; sizes come from a {@code config.json} beside it, or else from the graph. */
    public static BertEncoder loadOnnx(Path file) throws IOException {
        Path config = file.resolveSibling(BertConfigFile.NAME);
        try (OnnxModel model = OnnxModel.open(file)) {
            return loadOnnx(model, Files.exists(config) ? BertConfigFile.read(config) : null);
        }
    }

    /** Reads the weights of an ONNX graph; config may be null where the graph tells the sizes. */
    public static BertEncoder loadOnnx(OnnxModel model, BertConfig config) {
        BertGraph graph = new BertGraph(model);
        return assembled(config == null ? graph.config() : config, graph.weights());
    }

    private static BertEncoder assembled(BertConfig sizes, BertWeights weights) {
        BertConfig config = sizes.withPooler(weights.hasPooler());
        // Before memory is taken for what a wrong configuration asks for.
        long needed = config.parameterCount();
        if (needed != weights.count())
            throw new EncoderException(weights.source() + ": the configuration asks for " + needed + " parameters, and the weights hold " + weights.count() + " ("
                    + weights.tensors().size() + " tensors); " + config);
        BertEncoder encoder = BertEncoder.zeros(config);
        try {
            encoder.load(weights.tensors().keySet(), name -> weights.tensors().get(name).values().get());
        } catch (TensorException e) {
            throw new EncoderException(weights.source() + ": " + e.getMessage(), e);
        }
        return encoder;
    }

    /** Writes {@code config.json} and {@code model.safetensors} into a folder, replacing files of these names. */
    public static void save(Path folder, BertEncoder encoder) throws IOException {
        Files.createDirectories(folder);
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        encoder.parameters().forEach((name, variable) -> writer.floats(name, variable.shape().sizes(), () -> variable.value().floats()));
        DurableFiles.replace(folder.resolve(SafetensorsFolder.SINGLE), writer::writeTo);
        DurableFiles.replace(folder.resolve(BertConfigFile.NAME), BertConfigFile.write(encoder.config()));
    }
}
