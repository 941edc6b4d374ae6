package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentProgramsTest {
    private final List<String> closed = new ArrayList<>();

    private final class Compiled {
        final String key;

        Compiled(String key) {
            this.key = key;
        }

        void close() {
            closed.add(key);
        }
    }

    @Test
    void theLeastRecentlyUsedIsClosedWhenThereAreTooMany() {
        var programs = new RecentPrograms<String, Compiled>(2, Compiled::close);
        Compiled a = programs.get("a", Compiled::new);
        programs.get("b", Compiled::new);
        assertThat(programs.get("a", Compiled::new)).isSameAs(a);
        programs.get("c", Compiled::new);
        assertThat(closed).containsExactly("b");
        assertThat(programs.get("a", Compiled::new)).isSameAs(a);
        assertThat(programs.size()).isEqualTo(2);
        programs.close();
        assertThat(closed).containsExactly("b", "c", "a");
        assertThat(programs.size()).isZero();
    }

    @Test
    void whatTheyHoldIsBoundedButTheLastOneStays() {
        var programs = new RecentPrograms<String, Compiled>(9, 10, compiled -> compiled.key.length(), Compiled::close);
        programs.get("four", Compiled::new);
        programs.get("sixsix", Compiled::new);
        assertThat(closed).isEmpty();
        programs.get("x", Compiled::new);
        assertThat(closed).containsExactly("four");
        programs.get("much more than ten", Compiled::new);
        assertThat(closed).containsExactly("four", "sixsix", "x");
        assertThat(programs.size()).isEqualTo(1);
        programs.remove("much more than ten");
        programs.remove("unknown");
        programs.get("sixsix", Compiled::new);
        programs.get("four", Compiled::new);
        assertThat(programs.size()).isEqualTo(2);
    }

    @Test
    void aLimitOfNoneIsRefused() {
        assertThatThrownBy(() -> new RecentPrograms<String, Compiled>(0, Compiled::close)).hasMessageContaining("got a limit of 0");
    }
}
