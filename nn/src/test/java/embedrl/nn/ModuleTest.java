package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.Buffer;
import embedrl.tensor.DType;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.TensorException;
import embedrl.tensor.TensorType;
import embedrl.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleTest {
    private static final class Part extends Module {
        final Variable weight = parameter("weight", HostTensor.of(Shape.of(2), 1, 2));
        final Variable bias = parameter("bias", Shape.of(1), Initializers.zeros());
    }

    private static final class Whole extends Module {
        final Variable scale = parameter("scale", HostTensor.of(Shape.SCALAR, 5));
        final Part first = child("layers.0", new Part());
        final Part second = child("layers.1", new Part());
        final Variable last = parameter("last", HostTensor.of(Shape.of(3), 7, 8, 9));
    }

    private static final class Twice extends Module {
        Twice() {
            child("part", new Part());
            child("part", new Part());
        }
    }

    private static final class Clash extends Module {
        Clash() {
            parameter("a.weight", Shape.of(1), Initializers.zeros());
            child("a", new Part());
        }
    }

    private static final class Blank extends Module {
        Blank() {
            parameter(" ", Shape.of(1), Initializers.zeros());
        }
    }

    @Test
    void namesJoinByDotsInTheOrderOfDeclaration() {
        assertThat(new Whole().parameters().keySet()).containsExactly("scale", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "last");
        assertThat(new Whole().modules().keySet()).containsExactly("", "layers.0", "layers.1");
        assertThat(new Whole().parameterCount()).isEqualTo(1 + 3 + 3 + 3);
    }

    @Test
    void theMapOfParametersIsNotToBeChangedButTheVariablesAreTheModels() {
        var whole = new Whole();
        assertThatThrownBy(() -> whole.parameters().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(whole.parameters().get("layers.1.weight")).isSameAs(whole.second.weight);
    }

    @Test
    void stateAndLoadGoRound() {
        var from = new Whole();
        from.first.weight.assign(HostTensor.of(Shape.of(2), 3, 4));
        var to = new Whole();
        to.load(from.state());
        assertThat(to.first.weight.value().floats()).containsExactly(3, 4);
        assertThat(to.checksum()).isEqualTo(from.checksum());
    }

    @Test
    void loadListsEverythingThatIsWrongAndThenChangesNothing() {
        var whole = new Whole();
        String before = whole.checksum();
        Map<String, HostTensor> values = new LinkedHashMap<>(whole.state());
        values.remove("layers.1.bias");
        values.remove("scale");
        values.put("lm_head.weight", HostTensor.of(Shape.of(1), 1));
        values.put("last", HostTensor.of(Shape.of(4), 1, 2, 3, 4));
        values.put("layers.0.weight", HostTensor.of(Shape.of(2), 100, 100));
        assertThatThrownBy(() -> whole.load(values)).isInstanceOf(TensorException.class).hasMessage("""
                load: the values do not fit Whole with 6 parameters:
                  missing     scale
                  missing     layers.1.bias
                  unexpected  lm_head.weight
                  wrong type  last: expected FLOAT32[3], got FLOAT32[4]""");
        assertThat(whole.checksum()).isEqualTo(before);
    }

    @Test
    void halfWidthValuesWidenAndIntegersDoNotFit() {
        var part = new Part();
        var half = HostTensor.copyOf(Buffer.over(new TensorType(DType.BFLOAT16, Shape.of(2)), new short[] {0x3FC0, (short) 0xC000}, 0));
        part.load(Map.of("weight", half, "bias", HostTensor.of(Shape.of(1), 9)));
        assertThat(part.weight.value().floats()).containsExactly(1.5f, -2);
        assertThatThrownBy(() -> part.load(Map.of("weight", HostTensor.ofInts(Shape.of(2), 1, 2), "bias", HostTensor.of(Shape.of(1), 9))))
                .hasMessageContaining("weight: expected FLOAT32[2], got INT32[2]");
    }

    @Test
    void namesMustBeUniqueAndNotBlank() {
        assertThatThrownBy(Twice::new).hasMessage("module: Twice has two members named 'part'");
        assertThatThrownBy(Blank::new).hasMessageContaining("blank name");
        assertThatThrownBy(() -> new Clash().parameters()).hasMessage("module: two parameters are named 'a.weight'");
    }

    @Test
    void theChecksumSeesNamesTypesAndEveryValue() {
        var part = new Part();
        String before = part.checksum();
        assertThat(before).hasSize(64).isEqualTo(new Part().checksum());
        part.bias.assign(HostTensor.of(Shape.of(1), -0f));
        assertThat(part.checksum()).isNotEqualTo(before);
        part.bias.assign(HostTensor.of(Shape.of(1), 0f));
        assertThat(part.checksum()).isEqualTo(before);
        assertThat(new Whole().checksum()).isNotEqualTo(before);
    }

    @Test
    void theChecksumCoversLongParameters() {
        var layer = new Linear(300, 200, false, Initializers.zeros());
        String before = layer.checksum();
        Buffer values = layer.weight().buffer();
        values.floats()[values.offset() + 59_999] = 1;
        assertThat(layer.checksum()).isNotEqualTo(before);
    }

    @Test
    void copyFromTakesEqualModulesOnly() {
        var to = new Linear(3, 2, true, Seed.of(1));
        var from = new Linear(3, 2, true, Seed.of(2));
        assertThat(to.checksum()).isNotEqualTo(from.checksum());
        to.copyFrom(from);
        assertThat(to.checksum()).isEqualTo(from.checksum());
        assertThatThrownBy(() -> to.copyFrom(new Linear(3, 2, false, Seed.of(1)))).hasMessageContaining("only the target [bias]");
        assertThatThrownBy(() -> to.copyFrom(new Linear(4, 2, true, Seed.of(1)))).hasMessageContaining("expected FLOAT32[2, 3], got FLOAT32[2, 4]");
    }
}
