/** The keys of the page as they are by default: of the scale, and of what else can be done. Most of them stand on the page of comparisons, too. */
export const pageKeys = [...'1234567890tjkrdzo?'];
