package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.TensorException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of devices with their options. Needs no device. */
class DeviceNameTest {
    @Test
    void namesAreReadWithTheirOptions() {
        assertThat(DeviceName.parse("tornado")).isEqualTo(new DeviceName(0, 0, Set.of()));
        assertThat(DeviceName.parse("tornado:1:2")).isEqualTo(new DeviceName(1, 2, Set.of()));
        assertThat(DeviceName.parse("tornado:bf16")).isEqualTo(new DeviceName(0, 0, Set.of(DeviceOption.BF16)));
        assertThat(DeviceName.parse("tornado:1:2:bf16")).isEqualTo(new DeviceName(1, 2, Set.of(DeviceOption.BF16)));
        assertThat(DeviceName.parse("tornado:cublas:bf16")).isEqualTo(DeviceName.parse("tornado:0:0:bf16:cublas"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tornado", "tornado:bf16", "tornado:3:1", "tornado:3:1:bf16", "tornado:cublas:bf16"})
    void whatIsWrittenReadsTheSame(String text) {
        DeviceName name = DeviceName.parse(text);
        assertThat(DeviceName.parse(name.toString())).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tornado:", "tornado:1", "tornado:1:", "tornado:first", "tornado:1:2:", "tornado:1:2:3", "tornado:bf16:1:2", "tornado:-1:0", "tornado:99999999999:0", "other:0:0"})
    void othersAreRefusedWithWhatToWrite(String text) {
        assertThatThrownBy(() -> DeviceName.parse(text)).isInstanceOf(TensorException.class).hasMessageContaining("device '" + text + "'").hasMessageContaining("tornado:BACKEND:DEVICE")
                .hasMessageContaining("bf16");
    }
}
