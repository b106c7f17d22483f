package demo

// condition is what the papers of a patient talk about.
type condition struct {
	cancer, subtype string
	diagnosis       string
	icd             string
	regimen         string // name of the treatment
	drugs           []drug // given in the clinic
	imaging         string // exam
	region          string
	lesion          string // what the imaging measures
	procedure       string // what the consent form is about
	side            string // "LEFT", "RIGHT" or ""
	histology       string // the core of the pathology report
	history         string // what the referring doctor tells
	marker          string // tumour marker in the laboratory reports
}

// drug is a line of a medicines list.
type drug struct {
	name, form, dose, route, frequency string
}

// conditions are keyed by the word the cast uses.
func conditions() map[string]*condition {
	return map[string]*condition{
		"breast": {
			"Breast Cancer", "HER2-positive", "Invasive ductal carcinoma of the left breast, grade 3, ER negative, HER2 positive", "C50.4",
			"docetaxel and trastuzumab", []drug{{"docetaxel", "infusion", "130 mg", "IV", "every 21 days"}, {"trastuzumab", "injection", "600 mg", "SC", "every 21 days"}},
			"CT chest, abdomen and pelvis with contrast", "left breast", "enhancing mass in the upper outer quadrant of the left breast", "wide local excision and sentinel node biopsy", "LEFT",
			"Invasive ductal carcinoma, grade 3 (tubules 3, pleomorphism 3, mitoses 3). Oestrogen receptor negative (Allred 0/8). HER2 positive (3+ on immunohistochemistry). Ki-67 proliferation index 38 %.",
			"noticed a firm lump in the left breast four weeks ago. There is no nipple discharge and no skin change", "CA 15-3"},
		"prostate": {
			"Prostate Cancer", "Acinar adenocarcinoma of the prostate", "Adenocarcinoma of the prostate, Gleason 4+3=7, on surveillance", "C61",
			"goserelin", []drug{{"goserelin", "implant", "10.8 mg", "SC", "every 12 weeks"}, {"bicalutamide", "tablet", "50 mg", "oral", "once daily"}},
			"MRI prostate", "prostate", "low-signal focus in the right peripheral zone", "transperineal biopsy of the prostate", "RIGHT",
			"Adenocarcinoma in 5 of 18 cores, Gleason 4+3=7 (grade group 3), maximum core length 9 mm. No perineural invasion seen.",
			"has had increasing nocturia over six months, and his PSA has risen on two occasions", "PSA"},
		"colorectal": {
			"Colorectal Cancer", "Colon adenocarcinoma", "Adenocarcinoma of the sigmoid colon, pT3 N1b M0", "C18.7",
			"capecitabine and oxaliplatin", []drug{{"oxaliplatin", "infusion", "230 mg", "IV", "every 21 days"}, {"capecitabine", "tablet", "1,500 mg", "oral", "twice daily, days 1–14"}},
			"CT colonography", "sigmoid colon", "annular thickening of the sigmoid colon", "laparoscopic sigmoid colectomy", "LEFT",
			"Moderately differentiated adenocarcinoma extending into the subserosa (pT3). Two of 21 lymph nodes contain metastatic tumour (pN1b). Margins clear by 32 mm.",
			"has had a change of bowel habit for eight weeks with dark blood on two occasions, and feels tired", "CEA"},
		"lung": {
			"Lung Cancer", "Adenocarcinoma of the lung", "Adenocarcinoma of the right upper lobe, T2a N1 M0", "C34.1",
			"cisplatin and pemetrexed", []drug{{"cisplatin", "infusion", "140 mg", "IV", "every 21 days"}, {"pemetrexed", "infusion", "925 mg", "IV", "every 21 days"}},
			"CT chest with contrast", "right upper lobe", "spiculated nodule in the right upper lobe", "CT-guided lung biopsy", "RIGHT",
			"Adenocarcinoma with a predominantly acinar pattern. TTF-1 positive, p40 negative. EGFR, ALK and ROS1 negative. PD-L1 tumour proportion score 40 %.",
			"has had a cough for seven weeks and has lost 5 kg. A chest radiograph shows an opacity in the right upper zone", "LDH"},
		"lymphoma": {
			"Lymphoma", "Diffuse large B-cell lymphoma", "Diffuse large B-cell lymphoma, stage IIA", "C83.3",
			"R-CHOP", []drug{{"rituximab", "infusion", "700 mg", "IV", "every 21 days"}, {"cyclophosphamide", "infusion", "1,400 mg", "IV", "every 21 days"}, {"prednisolone", "tablet", "100 mg", "oral", "once daily, days 1–5"}},
			"PET-CT, whole body", "neck", "nodal mass in the left neck", "excision biopsy of a cervical lymph node", "LEFT",
			"Diffuse infiltrate of large atypical lymphoid cells, CD20 positive, CD10 negative, BCL6 positive, MUM1 positive. Ki-67 85 %. Diffuse large B-cell lymphoma, non-germinal-centre type.",
			"has a painless swelling in the left neck that has grown over five weeks, with drenching night sweats", "LDH"},
		"ovarian": {
			"Ovarian Cancer", "High-grade serous carcinoma", "High-grade serous carcinoma of the right ovary, FIGO stage IIIC", "C56",
			"carboplatin and paclitaxel", []drug{{"carboplatin", "infusion", "450 mg", "IV", "every 21 days"}, {"paclitaxel", "infusion", "290 mg", "IV", "every 21 days"}},
			"CT abdomen and pelvis with contrast", "pelvis", "complex cystic mass of the right adnexa", "laparoscopy and omental biopsy", "RIGHT",
			"High-grade serous carcinoma with papillary architecture and psammoma bodies. WT1 positive, p53 aberrant, ER positive. BRCA testing has been requested.",
			"has had bloating and early satiety for three months, and her CA-125 is raised", "CA-125"},
		"thyroid": {
			"Thyroid Cancer", "Papillary thyroid carcinoma", "Papillary carcinoma of the thyroid, pT2 N0, after total thyroidectomy", "C73",
			"levothyroxine", []drug{{"levothyroxine", "tablet", "150 micrograms", "oral", "once daily"}},
			"Ultrasound neck", "thyroid bed", "nodule in the right thyroid bed", "fine-needle aspiration of a neck nodule", "RIGHT",
			"Papillary carcinoma, classical type, 24 mm, confined to the thyroid. No lymphovascular invasion. Seven lymph nodes without tumour.",
			"was found to have a nodule of the right lobe of the thyroid on examination for hoarseness", "Thyroglobulin"},
		"bladder": {
			"Bladder Cancer", "Non-muscle-invasive urothelial carcinoma", "Urothelial carcinoma of the bladder, G3 pT1", "C67.9",
			"BCG instillation", []drug{{"BCG", "instillation", "81 mg", "intravesical", "once weekly for 6 weeks"}},
			"CT urogram", "bladder", "polypoid lesion of the left bladder wall", "transurethral resection of a bladder tumour", "LEFT",
			"High-grade papillary urothelial carcinoma (G3) invading the lamina propria (pT1). Detrusor muscle is present and free of tumour.",
			"has had visible haematuria on three occasions without pain", "LDH"},
		"melanoma": {
			"Skin Cancer", "Cutaneous melanoma", "Malignant melanoma of the right calf, Breslow 1.6 mm, BRAF V600E", "C43.7",
			"nivolumab", []drug{{"nivolumab", "infusion", "480 mg", "IV", "every 28 days"}},
			"PET-CT, whole body", "right groin", "lymph node in the right groin", "wide excision and sentinel node biopsy", "RIGHT",
			"Superficial spreading melanoma, Breslow thickness 1.6 mm, no ulceration, mitoses 2 per mm². Sentinel node: no metastasis on three levels.",
			"has a pigmented lesion on the right calf that has changed in shape and colour over four months", "LDH"},
		"leukaemia": {
			"Leukaemia", "Acute myeloid leukaemia", "Acute myeloid leukaemia with mutated NPM1, in first remission", "C92.0",
			"cytarabine consolidation", []drug{{"cytarabine", "infusion", "2,800 mg", "IV", "twice daily, days 1, 3 and 5"}},
			"CT chest, high resolution", "lungs", "area of ground-glass change in the left lower lobe", "bone marrow aspirate and trephine biopsy", "LEFT",
			"Normocellular marrow. Blasts 3 %. Normal trilineage maturation. NPM1 transcripts below the level of detection. Morphological complete remission.",
			"has had bruising, gum bleeding and two chest infections within a month", "LDH"},
	}
}
