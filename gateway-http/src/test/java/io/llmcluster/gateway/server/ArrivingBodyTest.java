package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.stream.ByteBudget;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivingBodyTest {

  private static final int MB = 1024 * 1024;

  private final ByteBudget budget = new ByteBudget(10L * MB);
  private final ByteBudget.Share share = budget.share();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4096, 100_000})
  void pieces_of_any_size_become_the_body(int piece) {
    String text = "0123456789".repeat(40_000);
    ByteString all = ByteString.fromString(text);
    ArrivingBody unknown = ArrivingBody.ofUnknownLength(share);
    ArrivingBody known = ArrivingBody.ofLength(budget.share(), all.length());
    for (ByteString rest = all; !rest.isEmpty(); rest = rest.drop(piece)) {
      unknown.and(rest.take(piece));
      known.and(rest.take(piece));
    }
    assertThat(unknown.whole().utf8String()).isEqualTo(text);
    assertThat(known.whole().utf8String()).isEqualTo(text);
  }

  @Test
  void an_empty_body_takes_nothing() {
    assertThat(ArrivingBody.ofUnknownLength(share).whole().isEmpty()).isTrue();
    assertThat(ArrivingBody.ofLength(share, 0).whole().isEmpty()).isTrue();
    assertThat(budget.held()).isZero();
  }

  @Test
  void a_body_of_known_length_takes_its_room_at_once_and_is_not_copied() {
    ArrivingBody body = ArrivingBody.ofLength(share, 7 * MB);
    assertThat(budget.held()).isEqualTo(7L * MB);
    assertThat(ArrivingBody.ofLength(budget.share(), 4 * MB).isRefused()).isTrue();
    byte[] piece = new byte[7 * MB];
    assertThat(body.and(ByteString.fromArrayUnsafe(piece)).whole().toArrayUnsafe())
        .isNotSameAs(piece)
        .isSameAs(body.whole().toArrayUnsafe());
  }

  @Test
  void a_body_of_unknown_length_takes_room_as_it_grows_and_is_refused_at_the_bound() {
    ArrivingBody body = ArrivingBody.ofUnknownLength(share);
    body.and(ByteString.fromArrayUnsafe(new byte[MB]));
    assertThat(budget.held()).isBetween((long) MB, 2L * MB);
    body.and(ByteString.fromArrayUnsafe(new byte[12 * MB]));
    assertThat(body.isRefused()).isTrue();
    assertThat(budget.held()).as("room for others").isZero();
    body.and(ByteString.fromArrayUnsafe(new byte[MB]));
    assertThat(budget.held()).isZero();
  }

  @Test
  void what_is_over_takes_no_more() {
    ArrivingBody body = ArrivingBody.ofUnknownLength(share);
    share.release();
    body.and(ByteString.fromArrayUnsafe(new byte[MB]));
    assertThat(body.isRefused()).isTrue();
    share.release();
    assertThat(budget.held()).isZero();
  }
}
