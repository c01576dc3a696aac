#pragma once
// Learning the weights of the sequence model. Internal.

#include "names/model.h"

typedef struct example {
    kb_layers *layers;
    uint8_t *labels; // a word
    scene scene;
} example;

// Weights of all rows and, behind them, of the transitions: [MODEL_ROWS + MODEL_LABELS + 1][MODEL_COLUMNS]. The caller frees them; NULL without memory.
float *learn_weights(example *examples, uint32_t count);
