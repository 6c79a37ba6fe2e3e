package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventReaderTest {

  @Test
  void events_are_heard_by_name_and_the_last_number_is_kept() throws Exception {
    List<String> heard = new ArrayList<>();
    EventReader reader = new EventReader((name, data) -> heard.add(name + data));
    reader.read(
        Stream.of(
            "id: 7",
            "event: a",
            "data: {\"x\":1}",
            "",
            ": comment",
            "",
            "event: token",
            "data: {}"));
    assertThat(heard).containsExactly("a{\"x\":1}", "token{}");
    assertThat(reader.last()).isEqualTo("7");
  }
}
