// The folds of the matching form.

#include "khabar/normalize.h"

#include <unicode/uchar.h>

#define DROP KB_ARABIC_DROP

// clang-format off: tables
// U+0600 to U+06FF. Each group: what it does and why.
const uint16_t kb_arabic_folds[0x100] = {
    // marks: short vowels, tanwin, shadda, sukun, small alef U+0670, honorifics and Koranic signs. Newspapers write them at will.
    [0x10] = DROP,
    [0x11] = DROP,
    [0x12] = DROP,
    [0x13] = DROP,
    [0x14] = DROP,
    [0x15] = DROP,
    [0x16] = DROP,
    [0x17] = DROP,
    [0x18] = DROP,
    [0x19] = DROP,
    [0x1A] = DROP,
    [0x4B] = DROP,
    [0x4C] = DROP,
    [0x4D] = DROP,
    [0x4E] = DROP,
    [0x4F] = DROP,
    [0x50] = DROP,
    [0x51] = DROP,
    [0x52] = DROP,
    [0x53] = DROP,
    [0x54] = DROP,
    [0x55] = DROP,
    [0x56] = DROP,
    [0x57] = DROP,
    [0x58] = DROP,
    [0x59] = DROP,
    [0x5A] = DROP,
    [0x5B] = DROP,
    [0x5C] = DROP,
    [0x5D] = DROP,
    [0x5E] = DROP,
    [0x5F] = DROP,
    [0x70] = DROP,
    [0xD6] = DROP,
    [0xD7] = DROP,
    [0xD8] = DROP,
    [0xD9] = DROP,
    [0xDA] = DROP,
    [0xDB] = DROP,
    [0xDC] = DROP,
    [0xDF] = DROP,
    [0xE0] = DROP,
    [0xE1] = DROP,
    [0xE2] = DROP,
    [0xE3] = DROP,
    [0xE4] = DROP,
    [0xE7] = DROP,
    [0xE8] = DROP,
    [0xEA] = DROP,
    [0xEB] = DROP,
    [0xEC] = DROP,
    [0xED] = DROP,
    // tatweel: stretches a line, is no letter
    [0x40] = DROP,
    // alef: hamza on alef is left out or misplaced more often than any other letter
    [0x22] = 0x627,
    [0x23] = 0x627,
    [0x25] = 0x627,
    [0x71] = 0x627,
    [0x72] = 0x627,
    [0x73] = 0x627,
    [0x75] = 0x627,
    // hamza seats: ؤ and ئ are often written without their hamza; that countries seat it otherwise (مسؤول/مسئول, رؤوس/رءوس) is left to the
    // lexicon. The lone hamza is kept, since without it جزء would be جز
    [0x24] = 0x648,
    [0x26] = 0x64A,
    [0x74] = 0x621,
    [0x76] = 0x648,
    [0x78] = 0x64A,
    // alef maqsura: Egyptian printing writes final ي without dots
    [0x49] = 0x64A,
    // ta marbuta: its dots are left out
    [0x29] = 0x647,
    [0xC3] = 0x647,
    // Persian and Urdu keyboards: the same letters at other code points
    [0xCC] = 0x64A,
    [0xCD] = 0x64A,
    [0xD0] = 0x64A,
    [0xD1] = 0x64A,
    [0xD2] = 0x64A,
    [0xD3] = 0x64A,
    [0xCE] = 0x64A,
    [0xA9] = 0x643,
    [0xAA] = 0x643,
    [0xAB] = 0x643,
    [0xBE] = 0x647,
    [0xC0] = 0x647,
    [0xC1] = 0x647,
    [0xC2] = 0x647,
    [0xD5] = 0x647,
    [0xBA] = 0x646,
    [0xC6] = 0x648,
    [0xC7] = 0x648,
    [0xC8] = 0x648,
    [0xCB] = 0x648,
    [0xCA] = 0x648,
    // sounds that Arabic writes with its own letters: پ ب, چ ج, ژ ز, ڤ ف, گ ڭ ك, ڨ ق, and retroflex and heavy letters of Urdu and Kurdish
    [0x7E] = 0x628,
    [0x86] = 0x62C,
    [0x98] = 0x632,
    [0xA4] = 0x641,
    [0xA5] = 0x641,
    [0xAF] = 0x643,
    [0xAD] = 0x643,
    [0xA8] = 0x642,
    [0x79] = 0x62A,
    [0x7C] = 0x62A,
    [0x88] = 0x62F,
    [0x89] = 0x62F,
    [0x91] = 0x631,
    [0x93] = 0x631,
    [0x95] = 0x631,
    [0xB5] = 0x644,
    [0xBC] = 0x646,
    // digits: Arabic-Indic and Persian
    [0x60] = '0',
    [0x61] = '1',
    [0x62] = '2',
    [0x63] = '3',
    [0x64] = '4',
    [0x65] = '5',
    [0x66] = '6',
    [0x67] = '7',
    [0x68] = '8',
    [0x69] = '9',
    [0xF0] = '0',
    [0xF1] = '1',
    [0xF2] = '2',
    [0xF3] = '3',
    [0xF4] = '4',
    [0xF5] = '5',
    [0xF6] = '6',
    [0xF7] = '7',
    [0xF8] = '8',
    [0xF9] = '9',
    // punctuation: one comma, semicolon, question mark, full stop, percent, decimal and thousands mark
    [0x0C] = ',',
    [0x1B] = ';',
    [0x1F] = '?',
    [0xD4] = '.',
    [0x6A] = '%',
    [0x6B] = '.',
    [0x6C] = ',',
    [0x6D] = '*',
};

// Punctuation of other blocks. Quotation marks lose their direction; who needs it reads the stored text.
static uint32_t fold_punctuation(uint32_t c)
{
    switch (c) {
    case 0xAB:
    case 0xBB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0x2039:
    case 0x203A:
    case 0xFF02:
        return '"';
    case 0xB4:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
        return '\'';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return '-';
    case 0x2026:
        return '.';
    case 0xB7:
    case 0x2022:
    case 0x2023:
    case 0x25AA:
    case 0x25A0:
    case 0x25CF:
    case 0x25E6:
    case 0x25CB:
    case 0x2043:
    case 0x25C6:
        return '*';
    case 0x2044:
        return '/';
    case 0x66A:
    case 0xFF05:
    case 0xFE6A:
        return '%';
    default:
        return c;
    }
}
// clang-format on

uint32_t kb_fold_char(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0x600 && c < 0x700) {
        uint32_t to = kb_arabic_folds[c - 0x600];
        return to == 0 ? c : to == DROP ? KB_FOLD_DROP : to;
    }
    uint32_t folded = fold_punctuation(c);
    if (folded != c)
        return folded;
    if (c >= 0x08D3 && c <= 0x08FF) // extended Arabic marks
        return KB_FOLD_DROP;
    int32_t digit = u_charDigitValue((UChar32)c); // digits of every script
    if (digit >= 0)
        return '0' + (uint32_t)digit;
    folded = (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT); // Latin, Greek, Cyrillic capitals
    unsigned before = c < 0x800     ? 2
                      : c < 0x10000 ? 3
                                    : 4,
             after = folded < 0x80      ? 1
                     : folded < 0x800   ? 2
                     : folded < 0x10000 ? 3
                                        : 4;
    return after > before ? c : folded; // the map's arrays are sized by the stored text
}
