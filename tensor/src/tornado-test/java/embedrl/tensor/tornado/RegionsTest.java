package embedrl.tensor.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places in an arena: apart, given back, joined, grown, and named when memory is full. */
class RegionsTest {
    @Test
    void placesNeverOverlapAndAllRoomComesBack() {
        Regions regions = new Regions(1 << 14);
        List<Regions.Region> taken = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            if (Seed.of(2).below(3, i) > 0 || taken.isEmpty()) {
                Regions.Region region = regions.take("r" + i, Seed.of(3).below(900, i));
                if (region == null) continue;
                assertThat(region.offset + region.length).isLessThanOrEqualTo(regions.capacity());
                for (Regions.Region other : taken) assertThat(other.offset + other.length <= region.offset || region.offset + region.length <= other.offset).isTrue();
                taken.add(region);
            } else {
                regions.free(taken.remove(Seed.of(4).below(taken.size(), i)));
            }
        }
        taken.forEach(regions::free);
        assertThat(regions.used()).isZero();
        assertThat(regions.take("all", 1 << 14)).isNotNull();
    }

    @Test
    void growthJoinsTheLastGap() {
        Regions regions = new Regions(64);
        assertThat(regions.take("large", 100)).isNull();
        regions.grow(128);
        assertThat(regions.take("large", 100).offset).isZero();
    }

    @Test
    void theTableNamesTheLargestOwners() {
        Regions regions = new Regions(1 << 22);
        regions.take("embedding", 1 << 20);
        regions.take("bias", 32);
        assertThat(regions.table().lines().filter(line -> !line.isBlank()).toList().getFirst()).contains("4.0 MiB").contains("embedding");
    }

    @Test
    void aPlaceIsFreedOnce() {
        Regions regions = new Regions(64);
        Regions.Region region = regions.take("x", 10);
        regions.free(region);
        assertThatThrownBy(() -> regions.free(region)).hasMessage("device memory: 'x' was freed twice");
    }
}
