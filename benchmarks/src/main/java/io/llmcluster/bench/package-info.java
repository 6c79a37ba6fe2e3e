/** What a relay costs: the same requests straight to a backend, through nginx, and through us. */
@NullMarked
package io.llmcluster.bench;

import org.jspecify.annotations.NullMarked;
