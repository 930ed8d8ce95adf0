"""A few rows of each published file in the layout of its publisher, and how they can be spoiled."""

from __future__ import annotations

from typing import Any

import attrs

from prebill.general.published import (
    adjustment_reasons,
    coverage_articles,
    hcpcs,
    icd10cm,
    icd10cm_notes,
    localities,
    mpfs,
    ncci_aoc,
    ncci_mue,
    ncci_ptp,
    place_of_service,
    providers,
    taxonomy,
)
from prebill.published import Importer


@attrs.frozen(kw_only=True)
class Sample:
    """Files by name, of which `spoilt` is the one that `spoils` are tried on.

    A spoil is what to replace, by what, and the column that the reason names. `last` tells that the last line of
    the file is a row.
    """

    importer: Importer[Any]
    files: dict[str, str]
    rows: int
    spoils: tuple[tuple[str, str, str], ...]
    spoilt: str = ""
    column: str | None = None
    last: bool = True

    @property
    def name(self) -> str:
        return self.spoilt or next(iter(self.files))


def lines(*each: str) -> str:
    return "".join(f"{line}\r\n" for line in each)


_PTP = lines(
    "CPT only copyright 2023 American Medical Association.  All rights reserved.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "T0001\tT0002\t\t20200101\t*\t1\tMisuse of Column Two code with Column One code",
    "T0001\tT0003\t*\t19960101\t20191231\t0\tMore extensive procedure",
    "T0001\tT0003\t\t20200101\t*\t1\tMore extensive procedure",
)
_PTP_SPOILS = (
    ("19960101", "19961301", "Effective Date"),
    ("20191231", "20190229", "Deletion Date"),
    ("20191231", "19951231", "Deletion Date"),
    ("T0002\t", "t0002\t", "Column 2"),
    ("\t*\t1\tMis", "\t*\t2\tMis", "Modifier"),
    ("\t*\t19960101", "\t+\t19960101", "*=in existence prior to 1996"),
)
_MUE = lines(
    '"Current Procedural Terminology is copyright.\n\n\xae is a mark.",,,',
    '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale',
    "T0001,0,2 Date of Service Edit: Policy,CMS Policy",
    "T0002,12,3 Date of Service Edit: Clinical,Clinical: Data",
)
_SUPPLIER_MUE = _MUE.replace("Practitioner", "DME Supplier")
_OUTPATIENT_MUE = _MUE.replace("Practitioner", "Outpatient Hospital")
_MUE_SPOILS = (
    (",0,2 Date", ",none,2 Date", "MUE Values"),
    ("3 Date", "4 Date", "MUE Adjudication Indicator"),
    ("T0002", "T002", "HCPCS/CPT Code"),
)
_AOC_TEXT = lines(
    *(
        f"{kind}{add_on}{'':7}{primary}{deleted:7}2013001{last:7}{notes}"
        for kind, add_on, primary, deleted, last, notes in (
            ("1", "T0001", "T0002", "", "", ""),
            ("2", "T0003", "CCCCC", "", "", "the contractor decides"),
            ("1", "T0001", "T0004", "2024366", "2024001", ""),
        )
    )
)
_AOC_SHEET = lines(
    "CPT only copyright.  All rights reserved.,,,,,,,",
    "AOC_Edit_Type,Add-On_Code,AOC_DelDT (Julian),Primary_Code,Primary_Code_DelDT (Julian),"
    "AOC_Edit_EffDT (Julian),AOC_Edit_DelDT (Julian),Special_Instruction_Notes",
    "1,T0001,,T0002,,2013001,,",
    "2,T0003,,CCCCC,,2013001,,the contractor decides",
    "1,T0001,,T0004,2024366,2013001,2024001,",
)
_AOC_SPOILS = (
    ("2024366", "2023366", "Primary_Code_DelDT"),
    ("2024001", "2012001", "AOC_Edit_DelDT"),
    ("CCCCC", "CCC C", "Primary_Code"),
)
_MPFS_SHEET = lines(
    f",,2026 National Physician Fee Schedule Relative Value File July Release{',' * 29}",
    f",,RELEASED 06/30/2026{',' * 29}",
    f",,,,NOT USED{',' * 27}",
    f",,,,FOR{',' * 27}",
    ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,"
    "CO-,TEAM,PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT",
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,"
    "SURG,SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT",
    "T0001,,,A,,1.00,2.00,,1.50,,0.10,3.10,2.60,0,090,0.10,0.69,0.21,2,1,2,1,0,0,T0009,33.4009,09,0,99,0.00,0.00,0.00",
    "T0002,26,,A,,1.00,2.00,,1.50,,0.10,3.10,2.60,1,XXX,0.00,0.00,0.00,0,0,0,0,0,0,,33.4009,09,0,99,0.00,0.00,0.00",
)
_MPFS_TEXT = lines(
    "HDR CPT CODES AND DESCRIPTIONS ONLY ARE COPYRIGHT ",
    f"T0001  {' ' * 50}A   1.00   2.00     1.50    0.10   3.10  2.600090.10.69.2121210       T0009 33.4009 090 99  "
    "    0.00   0.00   0.00",
    f"T000226{' ' * 50}A   1.00   2.00     1.50    0.10   3.10  2.601XXX.00.00.0000000             33.4009 090 99  "
    "    0.00   0.00   0.00",
)
_ICD10CM = "".join(
    f"{number:05} {code:<7} {billable} {'short':<60} {title}\n"
    for number, (code, billable, title) in enumerate(
        (
            ("T01", "0", "Pain in the knee"),
            ("T011", "1", "Pain in right knee"),
            ("T012", "1", "Pain in left knee"),
            ("T019", "1", "Pain in unspecified knee"),
        ),
        1,
    )
)
_LISTED = "T011    Pain in right knee\nT012    Pain in left knee\nT02     Ache\n"
_TABULAR = """\
<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <chapter>
    <name>1</name>
    <excludes1><note>of the newborn (P70-P74)</note></excludes1>
    <section id="T01-T02">
      <codeFirst><note>the disease (E85.-, M30.0)</note></codeFirst>
      <diag>
        <name>T01</name>
        <excludes1><note>of the newborn (P70-P74)</note></excludes1>
        <diag>
          <name>T01.1</name>
          <excludes1><note>poisoning (T36-T50 with fifth character 1-4)</note></excludes1>
        </diag>
      </diag>
      <diag><name>T02</name></diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""
_HCPCS_TEXT = lines(
    *(
        f"{code:>5}00100{kind}{text:<80}".ljust(268) + f"{added:8}{changed:8}{ended:8}{action:1}".ljust(52)
        for code, kind, text, added, changed, ended, action in (
            ("A0001", "3", "", "19820101", "20030101", "", "N"),
            ("A0002", "3", "Item, not", "19820101", "20030101", "20051231", "D"),
            ("A0002", "4", "otherwise classified", "", "", "", ""),
            ("AA", "7", "", "19840101", "20010101", "", "N"),
        )
    )
)
_HCPCS_SHEET = lines(
    "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,TERM DT,ACTION CD",
    "A0001,0010,3,,,19820101,20030101,,N",
    'A0002,0010,3,"Item, not otherwise classified",,19820101,20030101,20051231,D',
    "   AA,0010,7,,,19840101,20010101,,N",
)
_HCPCS_SPOILS = (("20051231", "20051301", "TERM DT"), ("20051231", "19811231", "TERM DT"), ("A0002", "A-002", "HCPC"))
_MODIFIER_SPOILS = (
    ("19840101", "19841301", "ADD DT"),
    ("   AA", "  AAA", "HCPC"),
    ("19840101", "3984-101", "ADD DT"),
)
_CARC = lines(
    "Code,Description,Start Date,Last Modified,Stop Date,Notes",
    "1,,01/01/1995,,,",
    "15,,01/01/1995,11/01/2017,05/01/2018,",
    "A1,,01/01/1995,,12/31/2009,",
)
_RARC = lines(
    "Code,Description,Start Date,Last Modified,Stop Date,Notes",
    "M1,,01/01/1997,,,",
    "MA04,,01/01/1997,11/18/2005,,",
    "N22,,07/01/1999,,02/01/2016,",
)
_INDICES = lines(
    "ADDENDUM E. GEOGRAPHIC PRACTICE COST INDICES BY STATE AND MEDICARE LOCALITY,,,,,,",
    ",,,,,,",
    "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2025 PW GPCI (with 1.0 Floor),"
    "2025 PE GPCI,2025 MP GPCI",
    "99902,ZZ,01,SOMEWHERE*,1.5,1.081,0.592",
    "99902,ZZ,99,REST OF SOMEWHERE,1,.869,0.575",
)
NOTES_BELOW = lines(
    '"MAC Assignments as of November 22, 2023",,,,,,', ",,,,,,", "*Work GPCI reflects a 1.5 floor.,,,,,,"
)
_COUNTIES = lines(
    "COUNTIES INCLUDED IN 2025 LOCALITIES. (ALPHABETICALLY BY STATE),,,,",
    ",,,,",
    "Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties",
    ",,,,",
    '9902,1,SOMEWHERE ,THE CITY ,"ONE, TWO AND THREE"',
    "9902,99,,REST OF STATE*,ALL OTHER COUNTIES",
    "9902,99,,REST OF STATE,ALL OTHER COUNTIES",
    " , , , , ",
    "19902,0,ELSEWHERE ,STATEWIDE* ,ALL COUNTIES ",
)
_PLACES = lines(
    "Place of Service Code(s),Place of Service Name,Place of Service Description,Payment Rate",
    "11,Office,,NF",
    "21,Inpatient Hospital,,F",
    "43,Unassigned,,NF",
    "81,Independent Laboratory,,NF",
)
_TAXONOMY = lines(
    "\xef\xbb\xbfCode,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section",
    "101Y00000X,Providers,Counselor,,,,Counselor,Individual",
    "261Q00000X,Facilities,Clinic,,,,Clinic,Non-Individual",
)
_ORDERING = lines(
    "NPI,LAST_NAME,FIRST_NAME,PARTB,DME,HHA,PMD,HOSPICE",
    "1000000012,ONE,ANY,Y,N,N,N,N",
    "1000000004,TWO,ANY,Y,Y,N,N,N",
)
_REGISTRY = lines(
    '"NPI","Entity Type Code","NPI Deactivation Date","NPI Reactivation Date"',
    '"1000000012","1","",""',
    '"1000000004","","01/02/2020",""',
)
_COVERAGE = {
    "article.csv": lines(
        "article_id,article_version,title,article_eff_date,article_end_date,date_retired,display_id",
        "50001,7,Old,2020-01-01 00:00:00,,,A50001",
        "50001,8,New,2024-10-01 00:00:00,,,A50001",
        "50002,1,Retired,2019-01-01 00:00:00,,2024-01-31 00:00:00,A50002",
    ),
    "article_x_hcpc_code.csv": lines(
        "article_id,article_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,range",
        "50001,7,T0009,1,1,",
        "50001,8,T0001,1,1,",
        "50001,8,T0002,1,1,",
        "50002,1,T0001,1,1,",
    ),
    "article_x_icd10_covered.csv": lines(
        "article_id,article_version,icd10_code_id,icd10_code_version,icd10_covered_group,range",
        "50001,8,I10,1,1,",
        "50001,8,I50.9,1,2,",
        "50001,8,I34.0,1,2,",
    ),
    "article_x_icd10_noncovered.csv": lines(
        "article_id,article_version,icd10_code_id,icd10_code_version,icd10_noncovered_group,range",
        "50002,1,Z00.00,1,1,",
    ),
    "article_x_contractor.csv": lines(
        "article_id,article_version,article_type,contractor_id,contractor_type_id,contractor_version",
        "50001,8,6,10,12,1",
        "50002,1,6,11,12,1",
    ),
    "contractor_jurisdiction.csv": lines(
        "contractor_id,contractor_type_id,contractor_version,state_id,last_updated,active_date,term_date",
        "10,12,1,1,2026-07-01,2020-01-01,",
        "10,12,1,2,2026-07-01,2020-01-01,",
        "10,12,1,3,2026-07-01,2010-01-01,2019-12-31",
        "11,12,1,3,2026-07-01,2020-01-01,",
    ),
    "state_lookup.csv": lines("state_id,state_abbrev,description", "1,NJ,New Jersey", "2,QN,Queens", "3,OH,Ohio"),
    "update_period.csv": lines("start_date,end_date", "2026-07-01,2026-07-08"),
}
_VALUES = (
    ("0.69", "1.69", "INTRA OP"),
    (",090,", ",091,", "GLOB DAYS"),
    (",33.4009,09,0,99,0.00,0.00,0.00\r\nT0002", ",x,09,0,99,0.00,0.00,0.00\r\nT0002", "CONV FACTOR"),
)

SAMPLES = (
    Sample(
        importer=ncci_ptp.MEDICARE,
        files={"ccipra-v302r0-f1.excerpt.txt": _PTP},
        rows=3,
        spoils=_PTP_SPOILS,
    ),
    Sample(
        importer=ncci_ptp.MEDICAID,
        files={"MCD-PTP-PRA-v2024q3-F1.excerpt.txt": _PTP},
        rows=3,
        spoils=_PTP_SPOILS,
    ),
    Sample(
        importer=ncci_mue.MEDICARE,
        files={"MCR_MUE_PractitionerServices_Eff_07-01-2024.excerpt.csv": _MUE},
        rows=2,
        spoils=_MUE_SPOILS,
        column="MUE Rationale",
    ),
    Sample(
        importer=ncci_mue.MEDICAID,
        files={"MCD_MUE_PractitionerServices_Eff_07-01-2024.excerpt.csv": _MUE},
        rows=2,
        spoils=_MUE_SPOILS,
        column="MUE Rationale",
    ),
    Sample(
        importer=ncci_mue.SUPPLIER,
        files={"MCR_MUE_DMESupplierServices_Eff_07-01-2024.excerpt.csv": _SUPPLIER_MUE},
        rows=2,
        spoils=_MUE_SPOILS,
        column="MUE Values",
    ),
    Sample(
        importer=ncci_mue.OUTPATIENT,
        files={"MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.excerpt.csv": _OUTPATIENT_MUE},
        rows=2,
        spoils=_MUE_SPOILS,
        column="MUE Values",
    ),
    Sample(
        importer=ncci_aoc.ADD_ONS,
        files={"AOC_V2024Q3-MCR.excerpt.txt": _AOC_TEXT},
        rows=3,
        spoils=(*_AOC_SPOILS, ("2T0003", "4T0003", "AOC_Edit_Type")),
    ),
    Sample(
        importer=ncci_aoc.ADD_ONS,
        files={"AOC_V2024Q3-MCR.excerpt.csv": _AOC_SHEET},
        rows=3,
        spoils=(*_AOC_SPOILS, ("2,T0003", "4,T0003", "AOC_Edit_Type")),
        column="Add-On_Code",
    ),
    Sample(
        importer=mpfs.RELATIVE_VALUES,
        files={"PPRRVU2026_Jul_nonQPP.excerpt.csv": _MPFS_SHEET},
        rows=2,
        spoils=(*_VALUES, ("T0002,26", "T0002,27", "MOD"), ("T0009", "T009", "ENDO BASE")),
        column="FACTOR",
    ),
    Sample(
        importer=mpfs.RELATIVE_VALUES,
        files={"PPRRVU2026_Jul_nonQPP.excerpt.txt": _MPFS_TEXT},
        rows=2,
        spoils=(("090.10", "091.10", "GLOB DAYS"), ("T000226", "T000227", "MOD"), ("T0009", "T00 9", "ENDO BASE")),
    ),
    Sample(
        importer=icd10cm.CODES,
        files={"icd10cm_order_2026.excerpt.txt": _ICD10CM},
        rows=4,
        spoils=(("T012    1", "T012    2", "header"), ("T012 ", "T0 2 ", "code"), ("00003", "0000x", "order number")),
    ),
    Sample(
        importer=icd10cm.CODES,
        files={"icd10cm_codes_2026.excerpt.txt": _LISTED},
        rows=3,
        spoils=(("T012 ", "T0 2 ", "code"),),
    ),
    Sample(
        importer=icd10cm_notes.NOTES,
        files={"icd10cm-tabular-2026.excerpt.xml": _TABULAR},
        rows=6,
        spoils=(("<name>T02</name>", "<name>T0</name>", "name"),),
        last=False,
    ),
    Sample(
        importer=hcpcs.LEVEL_TWO,
        files={"HCPC2024_JUL_ANWEB_v3.excerpt.txt": _HCPCS_TEXT},
        rows=2,
        spoils=(*_HCPCS_SPOILS, ("001003Item", "001005Item", "RECID")),
    ),
    Sample(
        importer=hcpcs.LEVEL_TWO,
        files={"HCPC2024_JUL_ANWEB_v3.excerpt.csv": _HCPCS_SHEET},
        rows=2,
        spoils=(
            *_HCPCS_SPOILS,
            (",3,,,", ",5,,,", "RECID"),
            (",3,,,", ",,,,", "RECID"),
            ("20051231,D", "20051231,Z", "ACTION CD"),
        ),
        column="TERM DT",
    ),
    Sample(
        importer=hcpcs.MODIFIERS,
        files={"HCPC2024_JUL_ANWEB_v3.excerpt.txt": _HCPCS_TEXT},
        rows=1,
        spoils=(*_MODIFIER_SPOILS, ("001003Item", "001005Item", "RECID")),
    ),
    Sample(
        importer=hcpcs.MODIFIERS,
        files={"HCPC2024_JUL_ANWEB_v3.excerpt.csv": _HCPCS_SHEET},
        rows=1,
        spoils=(
            *_MODIFIER_SPOILS,
            ("20010101,,N", "20010101,,Z", "ACTION CD"),
            ("010101,,N", "010101,19831231,N", "TERM DT"),
        ),
        column="TERM DT",
    ),
    Sample(
        importer=adjustment_reasons.REASONS,
        files={"carc_codes_2024-06.excerpt.csv": _CARC},
        rows=2,
        spoils=(
            ("05/01/2018", "05/32/2018", "Stop Date"),
            ("05/01/2018", "05/01/1994", "Stop Date"),
            ("11/01/2017", "2017-11-01", "Last Modified"),
            ("15,,", "15-,,", "Code"),
        ),
        column="Stop Date",
    ),
    Sample(
        importer=adjustment_reasons.REMARKS,
        files={"rarc_codes_2024-06.excerpt.csv": _RARC},
        rows=3,
        spoils=(
            ("02/01/2016", "02/30/2016", "Stop Date"),
            ("02/01/2016", "06/30/1999", "Stop Date"),
            ("11/18/2005", "2005-11-18", "Last Modified"),
            ("07/01/1999", "", "Start Date"),
            ("MA04", "MB04", "Code"),
        ),
        column="Stop Date",
    ),
    Sample(
        importer=localities.INDICES,
        files={"GPCI2025.excerpt.csv": _INDICES},
        rows=2,
        spoils=(
            ("99902,ZZ,99", "9992,ZZ,99", "Medicare Administrative Contractor"),
            ("ZZ,99", "ZZ,9", "Locality Number"),
            (".869", "-.869", "PE GPCI"),
            ("1.5,", "high,", "PW GPCI"),
        ),
        column="Locality Name",
    ),
    Sample(
        importer=localities.LOCALITIES,
        files={"25LOCCO.excerpt.csv": _COUNTIES},
        rows=4,
        spoils=(
            ("9902,99", "9902,999", "Locality Number"),
            ("19902,", "199002,", "Medicare Administrative Contractor"),
            ("19902,0,ELSEWHERE ", "19902,,ELSEWHERE", "Locality Number"),
            ("STATE,ALL OTHER COUNTIES", "STATE,ALL COUNTIES BUT ONE", "Locality Number"),
            ("ALL COUNTIES ", "", "Counties"),
        ),
        column="Fee Schedule Area",
    ),
    Sample(
        importer=place_of_service.PLACES,
        files={"place_of_service_codes_2024-06.excerpt.csv": _PLACES},
        rows=3,
        spoils=(("21,", "2,", "Place of Service Code(s)"), (",,F", ",,X", "Payment Rate")),
        column="Payment Rate",
    ),
    Sample(
        importer=taxonomy.TAXONOMY,
        files={"nucc_taxonomy_251.excerpt.csv": _TAXONOMY},
        rows=2,
        spoils=(("261Q00000X", "261Q00000", "Code"),),
        column="Grouping",
    ),
    Sample(
        importer=providers.ORDERING,
        files={"OrderReferring_20260831.excerpt.csv": _ORDERING},
        rows=2,
        spoils=(("1000000004", "1000000005", "NPI"), ("ANY,Y,Y", "ANY,Y,", "DME")),
        column="PARTB",
    ),
    Sample(
        importer=providers.REGISTRY,
        files={"npidata_pfile_20050523-20260809.excerpt.csv": _REGISTRY},
        rows=2,
        spoils=(('"1",', '"3",', "Entity Type Code"), ("01/02/2020", "13/02/2020", "NPI Deactivation Date")),
        column="Entity Type Code",
    ),
    *(
        Sample(importer=coverage_articles.ARTICLES, files=_COVERAGE, rows=5, spoils=spoils, spoilt=name, column=column)
        for name, column, spoils in (
            (
                "article.csv",
                "date_retired",
                (
                    ("2024-10-01", "2024-10-32", "article_eff_date"),
                    ("2024-01-31", "2018-01-31", "article_end_date"),
                    ("50001,8,New", "50001,7,New", "article_version"),
                ),
            ),
            ("article_x_hcpc_code.csv", "hcpc_code_id", (("50001,8,T0002", "50001,8,T2", "hcpc_code_id"),)),
            ("article_x_icd10_covered.csv", "icd10_code_id", (("I50.9", "I509", "icd10_code_id"),)),
        )
    ),
)
