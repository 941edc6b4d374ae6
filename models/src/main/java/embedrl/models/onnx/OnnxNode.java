package embedrl.models.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One operation of an ONNX graph.
 *
 * @param operation  its type, such as {@code MatMul}
 * @param name       often a path of modules, such as {@code /encoder/layer.0/output/dense/MatMul}; may be empty
 * @param inputs     names of values; an empty name is an input left out
 * @param outputs    names of values
 * @param numbers    attributes with one whole number
 * @param floats     attributes with one float
 * @param texts      attributes with a text
 * @param tensors    attributes with a tensor
 */
public record OnnxNode(String operation, String name, List<String> inputs, List<String> outputs, Map<String, Long> numbers, Map<String, Float> floats,
        Map<String, String> texts, Map<String, OnnxTensor> tensors) {
    /** Copies the collections. */
    public OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        numbers = Map.copyOf(numbers);
        floats = Map.copyOf(floats);
        texts = Map.copyOf(texts);
        tensors = Map.copyOf(tensors);
    }

    static OnnxNode parse(String source, ProtoMessage message) {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        String name = "";
        String operation = "";
        Attributes attributes = new Attributes(source);
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case 1 -> inputs.add(message.text());
                case 2 -> outputs.add(message.text());
                case 3 -> name = message.text();
                case 4 -> operation = message.text();
                case 5 -> attributes.add(message.message("attribute"));
                default -> message.skip();
            }
        }
        return new OnnxNode(operation, name, inputs, outputs, attributes.numbers, attributes.floats, attributes.texts, attributes.tensors);
    }

    private static final class Attributes {
        private final String source;
        private final Map<String, Long> numbers = new HashMap<>();
        private final Map<String, Float> floats = new HashMap<>();
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, OnnxTensor> tensors = new HashMap<>();

        Attributes(String source) {
            this.source = source;
        }

        void add(ProtoMessage message) {
            String name = "";
            Long number = null;
            Float real = null;
            String text = null;
            OnnxTensor tensor = null;
            for (int field = message.next(); field != 0; field = message.next()) {
                switch (field) {
                    case 1 -> name = message.text();
                    case 2 -> real = message.fixedFloat();
                    case 3 -> number = message.number();
                    case 4 -> text = message.text();
                    case 5 -> tensor = OnnxTensor.parse(source, message.message("tensor"));
                    default -> message.skip();   // lists and subgraphs
                }
            }
            // Writers that fill in defaults also store the fields of the other kinds.
            if (tensor != null) tensors.put(name, tensor);
            else if (text != null && !text.isEmpty()) texts.put(name, text);
            else if (real != null && real != 0) floats.put(name, real);
            else if (number != null) numbers.put(name, number);
        }
    }
}
